namespace IrrigationWatch.Gdal;

/// <summary>From what GDAL knows which pixels of a band are valid (values of <c>GDALGetMaskFlags</c>).</summary>
[Flags]
public enum MaskKinds
{
    /// <summary>A mask of the band's own.</summary>
    None = 0,

    /// <summary>All pixels are valid.</summary>
    AllValid = 1,

    /// <summary>A mask that all bands of the dataset share: inside the file, or beside it (<c>.msk</c>).</summary>
    PerDataset = 2,

    /// <summary>A band of opacity.</summary>
    Alpha = 4,

    /// <summary>The nodata value.</summary>
    NoData = 8,
}
