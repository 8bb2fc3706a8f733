namespace IrrigationWatch.Gdal;

/// <summary>libgdal is not installed on this machine, or not where the loader looks.</summary>
public sealed class GdalNotFoundException : Exception
{
    /// <summary>Creates the exception with a message that says what to install.</summary>
    public GdalNotFoundException()
        : base("libgdal: not found (looked for libgdal.so.38 to libgdal.so.32, libgdal.dylib, gdal*.dll); " +
               "install GDAL 3.6 or newer, for example 'apt-get install libgdal32' on Debian 12")
    {
    }
}
