namespace IrrigationWatch.Gdal;

/// <summary>A text as its bytes are in a file.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="FillsField">Whether they take all of a field of fixed width, so that the last letter may be cut.</param>
internal readonly record struct RawText(byte[] Bytes, bool FillsField)
{
    /// <summary>Whether all is ASCII, which reads alike in every encoding.</summary>
    internal bool IsAscii => System.Text.Ascii.IsValid(Bytes);
}
