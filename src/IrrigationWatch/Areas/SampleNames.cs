using System.Globalization;

namespace IrrigationWatch.Areas;

/// <summary>Whether the classes of a sample are those of a map.</summary>
internal static class SampleNames
{
    /// <summary>Refuses a sample that holds none of the classes asked for, or one that is a slip of the pen for one of them.</summary>
    /// <param name="file">The sample's file.</param>
    /// <param name="names">The class of each point.</param>
    /// <param name="classes">The classes asked for.</param>
    /// <param name="known">Other names and values that the map has; they are rightly of no class asked for.</param>
    /// <returns>What a user should know: names that are of no class.</returns>
    /// <exception cref="InputException">The names do not match.</exception>
    internal static IReadOnlyList<string> Check(string file, IReadOnlyList<string> names, IReadOnlyList<ClassValues> classes, IReadOnlyCollection<string> known)
    {
        string[] strange = [.. names.Where(name => NameMatch.Position(classes, name) == classes.Count)];
        string asked = string.Join(", ", classes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name} = {string.Join(',', c.Values)}")));
        if (strange.Length == names.Count)
        {
            throw new InputException(file, $"none of its {names.Count} points is of a class asked for ({asked}): they are {NameMatch.Counted(strange)}; name the classes as the points do, with the pixel values that these have in the map (--class NAME=VALUE), or write these names or pixel values into the field 'class'");
        }

        strange = [.. strange.Where(name => !name.Equals(AccuracyAssessment.Other, StringComparison.OrdinalIgnoreCase) && !known.Contains(name, StringComparer.OrdinalIgnoreCase) && !(NameMatch.IsValue(name, out double value) && known.Any(other => NameMatch.IsValue(other, out double same) && same == value)))];
        foreach (string name in strange.Distinct(StringComparer.Ordinal))
        {
            if (NameMatch.Meant(name, classes.SelectMany(c => c.OtherNames.Prepend(c.Name))) is string meant)
            {
                throw new InputException(file, string.Create(CultureInfo.InvariantCulture, $"{strange.Count(other => other == name)} points are '{name}', which is no class asked for ({asked}); write '{meant}' where that is meant, or name it with a --class of its own"));
            }
        }

        return strange.Length == 0 ? [] : [$"points of {file} are {NameMatch.Counted(strange)}, which no class is named: they count as {AccuracyAssessment.Other}"];
    }
}
