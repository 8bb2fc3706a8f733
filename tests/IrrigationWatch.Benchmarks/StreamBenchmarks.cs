using BenchmarkDotNet.Attributes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Benchmarks;

/// <summary>One tile of 512 × 512 pixels of a full-size scene on one core; in steady state nothing is allocated.</summary>
[MemoryDiagnoser]
public class StreamBenchmarks : IDisposable
{
    private static readonly PixelWindow Tile = new(2048, 2048, 512, 512);
    private static readonly SpectralIndex[] Ndvi = [SpectralIndex.Ndvi];

    private readonly float[] pixels = new float[512 * 512];
    private readonly ushort[] words = new ushort[512 * 512];
    private readonly RasterPool pool = new();
    private readonly DatasetPool datasets = new();
    private Scene? scene;
    private Observation? observation;
    private string nir = string.Empty;

    [GlobalSetup]
    public void Setup()
    {
        scene = SceneReader.Open(FullScene.Make(Path.Combine(Path.GetTempPath(), "irrigationwatch-bench")));
        observation = new Observation(scene, scene.Grid, pool, new ObservationOptions());
        nir = scene.Band(BandRole.Nir).Path;
    }

    [Benchmark(Baseline = true, Description = "one band by block reads of GDAL")]
    public void ByGdal()
    {
        using DatasetPool.Lease lease = datasets.Rent(nir);
        lease.Dataset.Band(1).Read<ushort>(Tile, words);
    }

    [Benchmark(Description = "the same band directly")]
    public void Direct() => pool.Read<ushort>(nir, 1, Tile, words);

    [Benchmark(Description = "NDVI: four bands, mask, index")]
    public void Index() => observation!.ReadIndices(Tile, Ndvi, pixels);

    public void Dispose()
    {
        scene?.Dispose();
        pool.Dispose();
        datasets.Dispose();
        GC.SuppressFinalize(this);
    }
}
