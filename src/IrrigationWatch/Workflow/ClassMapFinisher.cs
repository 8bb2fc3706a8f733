using System.Globalization;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>Makes the class map of a year from what the classifier said of it and of its neighbouring years.</summary>
internal static class ClassMapFinisher
{
    private const int Rows = CogWriter.TileSize;

    /// <summary>Smooths over three years where asked, merges small patches where asked, and writes the map.</summary>
    /// <param name="before">Class map of the year before; null where there is none or no smoothing is asked for.</param>
    /// <param name="classes">Class map of the year.</param>
    /// <param name="after">Class map of the year after; null likewise.</param>
    /// <param name="output">The COG to write.</param>
    /// <param name="model">What the classes are.</param>
    /// <param name="year">The year.</param>
    /// <param name="minimumPatch">Patches with fewer pixels are merged; 0 or 1 for none.</param>
    internal static void Finish(string? before, string classes, string? after, string output, ModelDescription model, int year, int minimumPatch)
    {
        using Dataset now = Dataset.Open(classes);
        using Dataset? then = before is null ? null : Dataset.Open(before);
        using Dataset? next = after is null ? null : Dataset.Open(after);
        SortedDictionary<string, string> metadata = ClassMapStyle.Metadata(model, year, FeatureStack.SpanOf(now));
        metadata["SMOOTHING"] = then is null || next is null ? "none" : "majority of three years";
        metadata["MINIMUM_PATCH"] = Math.Max(1, minimumPatch).ToString(CultureInfo.InvariantCulture);
        using var writer = new CogWriter(output, Grid.Of(now), RasterType.Byte, 1, ClassMapStyle.Options(model, metadata));
        // A patch may reach anywhere: to sieve, the map is held whole, a byte a pixel.
        byte[] whole = minimumPatch > 1 ? new byte[(long)now.Width * now.Height] : [];
        byte[] a = new byte[now.Width * Rows];
        byte[] b = new byte[a.Length];
        byte[] c = new byte[a.Length];
        foreach (PixelWindow window in Strips(now))
        {
            Span<byte> pixels = minimumPatch > 1 ? whole.AsSpan(window.Y * now.Width, window.PixelCount) : b.AsSpan(0, window.PixelCount);
            now.Band(1).Read(window, pixels);
            if (then is not null && next is not null)
            {
                then.Band(1).Read<byte>(window, a);
                next.Band(1).Read<byte>(window, c);
                TemporalSmoothing.Majority(a.AsSpan(0, pixels.Length), pixels, c.AsSpan(0, pixels.Length), pixels);
            }

            if (minimumPatch <= 1)
            {
                writer.Write<byte>(1, window, pixels);
            }
        }

        if (minimumPatch > 1)
        {
            PatchSieve.Apply(whole, now.Width, MapClassifier.NotObserved, minimumPatch);
            ParallelWork.Run(Strips(now), window => writer.Write<byte>(1, window, whole.AsSpan(window.Y * now.Width, window.PixelCount)));
        }

        writer.Commit();
    }

    private static IEnumerable<PixelWindow> Strips(Dataset map)
    {
        for (int top = 0; top < map.Height; top += Rows)
        {
            yield return new PixelWindow(0, top, map.Width, Math.Min(Rows, map.Height - top));
        }
    }
}
