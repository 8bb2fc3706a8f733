namespace IrrigationWatch.Gdal;

/// <summary>An error of GDAL, with GDAL's own message and the file it is about.</summary>
public class GdalException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The file, dataset or path the call was about.</param>
    /// <param name="message">GDAL's message, or one of ours where GDAL gave none.</param>
    public GdalException(string file, string message)
        : base($"{file}: {message}")
    {
        File = file;
        Reason = message;
    }

    /// <summary>The file, dataset or path the call was about.</summary>
    public string File { get; }

    /// <summary>The message without the file.</summary>
    public string Reason { get; }
}
