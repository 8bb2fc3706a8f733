using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.TestSupport;

/// <summary>Where the parts of a GeoTIFF lie, for tests that damage one of them.</summary>
internal static class TiffBytes
{
    /// <summary>The bytes from the first block to the last, which GDAL writes one behind the other.</summary>
    internal static (int From, int To) OfBlocks(string path)
    {
        using Dataset dataset = Dataset.Open(path);
        int from = int.MaxValue;
        int to = 0;
        for (int number = 1; number <= dataset.BandCount; number++)
        {
            Band band = dataset.Band(number);
            for (int y = 0; y * band.BlockHeight < dataset.Height; y++)
            {
                for (int x = 0; x * band.BlockWidth < dataset.Width; x++)
                {
                    int offset = Item(band, $"BLOCK_OFFSET_{x}_{y}");
                    from = Math.Min(from, offset);
                    to = Math.Max(to, offset + Item(band, $"BLOCK_SIZE_{x}_{y}"));
                }
            }
        }

        return (from, to);
    }

    private static int Item(Band band, string name) => int.Parse(band.GetMetadata(name, "TIFF")!, CultureInfo.InvariantCulture);
}
