using System.Diagnostics;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Gdal.Tests;

/// <summary>Handles and memory of the whole process are counted, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public class LeakTests
{
    private static readonly string Map = Repository.Sample("irrigation-maps", "gim_v3b_2001.tif");

    [Fact]
    public void Opening_and_closing_thousands_of_datasets_leaks_neither_handles_nor_memory()
    {
        using var pool = new DatasetPool(4);
        for (int i = 0; i < 500; i++)
        {
            OpenOnce(pool);
        }

        int handles = OpenFiles();
        long before = ResidentBytes();
        for (int i = 0; i < 5000; i++)
        {
            OpenOnce(pool);
        }

        long grown = ResidentBytes() - before;
        Assert.True(OpenFiles() <= handles + 4, $"{handles} files were open before, {OpenFiles()} are now");
        Assert.True(grown < 24 << 20, $"memory grew by {grown / 1024} KiB in 5000 rounds");
    }

    private static void OpenOnce(DatasetPool pool)
    {
        byte[] pixels = new byte[162];
        using (DatasetPool.Lease lease = pool.Rent(Map))
        {
            lease.Dataset.Band(1).Read<byte>(new PixelWindow(0, 7, 162, 1), pixels);
        }

        using Dataset dataset = Dataset.Open(Map);
        using SpatialReference reference = dataset.GetSpatialReference()!;
        dataset.Band(1).Read<byte>(new PixelWindow(0, 7, 162, 1), pixels);
        using VectorSource vector = VectorSource.Open(Repository.Sample("zones", "corridor.geojson"));
        Assert.Throws<GdalException>(() => Dataset.Open("/no/such/file.tif"));
    }

    private static int OpenFiles() => Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Process.GetCurrentProcess().WorkingSet64;
    }
}
