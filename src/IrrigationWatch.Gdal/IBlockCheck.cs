namespace IrrigationWatch.Gdal;

/// <summary>Finds damage in the part of a dataset that GDAL is about to read.</summary>
internal interface IBlockCheck : IDisposable
{
    /// <summary>Checks what a window is read from.</summary>
    /// <param name="band">The band.</param>
    /// <param name="window">Which of its pixels.</param>
    /// <param name="width">Columns of the result; fewer than those of the window where it is reduced.</param>
    /// <param name="height">Rows of the result.</param>
    /// <exception cref="GdalException">A block is damaged; it is named.</exception>
    void Check(Band band, PixelWindow window, int width, int height);
}
