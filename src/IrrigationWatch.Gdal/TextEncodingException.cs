namespace IrrigationWatch.Gdal;

/// <summary>Texts of a file whose letters cannot be told from their bytes; the reason names the ways out.</summary>
/// <param name="file">The file.</param>
/// <param name="message">What is wrong, and what to do.</param>
public sealed class TextEncodingException(string file, string message) : GdalException(file, message);
