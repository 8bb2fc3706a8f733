namespace IrrigationWatch.Gdal;

/// <summary>How pixels are resampled when a raster is warped.</summary>
public enum Resampling
{
    /// <summary>The nearest pixel; the only one for classes and QA bits.</summary>
    Near,

    /// <summary>Bilinear over four pixels.</summary>
    Bilinear,

    /// <summary>Cubic convolution over sixteen pixels.</summary>
    Cubic,

    /// <summary>Mean of the pixels covered.</summary>
    Average,
}
