using System.Diagnostics;
using System.Globalization;
using IrrigationWatch.Classification;

namespace IrrigationWatch.Benchmarks;

/// <summary>Single pieces of work, each printing its own seconds, without the time that the program takes to start.</summary>
internal static class Work
{
    internal static int Run(string[] args)
    {
        switch (args)
        {
            case ["classify", string kind, string classes, string way, string pixels]:
                Classify(Enum.Parse<TrainerKind>(kind, ignoreCase: true), int.Parse(classes, CultureInfo.InvariantCulture), way, int.Parse(pixels, CultureInfo.InvariantCulture));
                return 0;
            default:
                Console.Error.WriteLine("usage: kernels [BenchmarkDotNet's options] | classify lightgbm|fastforest CLASSES compiled|transform PIXELS");
                return 2;
        }
    }

    /// <summary>Pixels a second on all cores, tile by tile as MapClassifier does it.</summary>
    private static void Classify(TrainerKind kind, int classes, string way, int pixels)
    {
        IrrigationModel model = BenchmarkModels.Train(kind, classes, 100, 31);
        const int Tile = 256 * 256;
        float[] planes = BenchmarkModels.Planes(Tile);
        List<float[]> rows = way == "transform" ? BenchmarkModels.Rows(planes, Tile) : [];
        int[] all = [.. Enumerable.Range(0, Tile)];
        int tiles = Math.Max(1, pixels / Tile);
        _ = model.Compiled;
        One(0);
        var watch = Stopwatch.StartNew();
        ParallelWork.Run(Enumerable.Range(0, tiles), One);
        double seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind} {classes} classes {way}: {(double)tiles * Tile / seconds / 1e6:0.000} million pixels a second, {seconds:0.000} s"));

        void One(int tile)
        {
            if (way == "transform")
            {
                model.Score(rows, (_, _) => { });
                return;
            }

            model.Compiled!.Classify(planes, Tile, all, new byte[Tile], new float[Tile * classes]);
        }
    }
}
