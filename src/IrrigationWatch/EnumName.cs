namespace IrrigationWatch;

/// <summary>
/// Members of enumerations by their names, as users write them. <see cref="Enum.TryParse{TEnum}(string, bool, out TEnum)"/> takes more: numbers, and several
/// names with commas, which it joins bit by bit into a member that nobody named.
/// </summary>
internal static class EnumName
{
    /// <summary>Finds a member by its name, in letters large or small.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="name">The name; null is none.</param>
    /// <returns>The member; null where there is none of that name.</returns>
    internal static T? Find<T>(string? name)
        where T : struct, Enum
    {
        int at = Array.FindIndex(Enum.GetNames<T>(), known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return at < 0 ? null : Enum.GetValues<T>()[at];
    }
}
