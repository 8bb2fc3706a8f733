using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ImageMagick;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;
using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>The maps of all years one after the other, with the running chart beside: animated WebP and GIF, and MP4 where ffmpeg is.</summary>
public static class Timelapse
{
    private const int MapSize = 560;
    private const int WideMapSize = 960;
    private const int ChartWidth = 400;
    private const int ChartHeight = 280;
    private const int LegendWidth = 220;
    private const int Margin = 20;
    private const int Head = 86;
    private const int Foot = 40;

    /// <summary>How long a year is shown, in hundredths of a second.</summary>
    private const int Delay = 70;

    /// <summary>How long the last year is shown.</summary>
    private const int LastDelay = 300;

    /// <summary>Whether ffmpeg is there, so that MP4 can be written.</summary>
    public static bool HasFfmpeg => Ffmpeg.Value is not null;

    private static readonly Lazy<string?> Ffmpeg = new(() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => new[] { Path.Combine(folder, "ffmpeg"), Path.Combine(folder, "ffmpeg.exe") })
        .FirstOrDefault(File.Exists));

    /// <summary>Writes the animation.</summary>
    /// <param name="paths">Where: files that end in <c>.webp</c>, <c>.gif</c> or <c>.mp4</c>.</param>
    /// <param name="maps">One map a year.</param>
    /// <param name="rows">The area table, of which the chart shows up to six zones.</param>
    /// <param name="options">What the maps show.</param>
    /// <param name="cancel">Stops between frames.</param>
    /// <exception cref="InputException">A map cannot be read, or a place not be written.</exception>
    public static void Write(IReadOnlyList<string> paths, IReadOnlyList<(int Year, MapSource Map)> maps, IReadOnlyList<AreaRow> rows, MapOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        (int Year, MapSource Map)[] sorted = [.. maps.OrderBy(map => map.Year)];
        byte[][] frames = new byte[sorted.Length][];
        // One legend for all, or a class that is missing in a year would shift the others.
        bool wide = IsWide(sorted[0].Map, options);
        int size = wide ? WideMapSize : MapSize;
        MapImage[] images = [.. sorted.Select(map => MapImage.Read(map.Map, options.Zones, size, size))];
        LegendEntry[] legend = [.. images.SelectMany(image => MapPicture.LegendOf(image, options)).GroupBy(entry => entry.Label).Select(group => new LegendEntry([.. group.SelectMany(entry => entry.Values).Distinct()], group.Key, group.First().Color))];
        ParallelWork.Run(Enumerable.Range(0, sorted.Length), i => frames[i] = Frame(sorted[i].Year, wide, images[i], legend, rows, options, sorted[0].Year, sorted[^1].Year), cancel);
        foreach (string path in paths)
        {
            cancel.ThrowIfCancellationRequested();
            if (Path.GetExtension(path).Equals(".mp4", StringComparison.OrdinalIgnoreCase))
            {
                WriteMp4(path, frames);
            }
            else
            {
                WriteAnimation(path, frames);
            }
        }
    }

    /// <summary>Whether the chart stands below the map and not beside.</summary>
    private static bool IsWide(MapSource map, MapOptions options)
    {
        using OpenClassMap opened = OpenClassMap.Open(map);
        var frame = new MapFrame(opened.Grid, options.Zones, MapSize, MapSize);
        return frame.Height < 0.62 * frame.Width;
    }

    private static byte[] Frame(int year, bool wide, MapImage image, LegendEntry[] legend, IReadOnlyList<AreaRow> rows, MapOptions options, int first, int last)
    {
        // Even sides, as video wants them.
        int height = ((wide ? image.Height + ChartHeight + Margin : Math.Max(image.Height, 420)) + Head + Foot + 1) / 2 * 2;
        int width = (image.Width + (wide ? 2 : 3) * Margin + (wide ? 0 : ChartWidth) + 1) / 2 * 2;
        return Picture.Draw(width, height, canvas =>
        {
            Picture.Text(canvas, year.ToString(CultureInfo.InvariantCulture), Margin, 62, 50, Picture.Ink, bold: true);
            Picture.Text(canvas, options.Title, Margin + 140, 40, 18, Picture.Ink, bold: true);
            Picture.Text(canvas, options.Texts["heading"], Margin + 140, 62, 14, Picture.Soft);
            canvas.Save();
            canvas.Translate(Margin, Head);
            MapPicture.Draw(canvas, image, legend, options);
            canvas.Restore();
            float x = wide ? Margin : image.Width + 2 * Margin;
            float y = wide ? Head + image.Height + Margin + 10 : Head;
            Chart(canvas, x, y, wide ? image.Width - LegendWidth : ChartWidth, rows, year, first, last, options.Texts);
            (x, y) = (wide ? Margin + image.Width - LegendWidth + 30 : x, wide ? y + 24 : Head + 300);
            foreach (LegendEntry entry in legend.Take(8))
            {
                using var fill = new SKPaint { Color = new SKColor(entry.Color) };
                using var frame = new SKPaint { Color = Picture.Soft, Style = SKPaintStyle.Stroke };
                int number = Array.IndexOf(legend, entry);
                float left = wide ? x : x + number / 4 * 200;
                float top = y + (wide ? number : number % 4) * 24;
                canvas.DrawRect(left, top - 12, 20, 14, fill);
                canvas.DrawRect(left, top - 12, 20, 14, frame);
                Picture.Text(canvas, entry.Label, left + 28, top, 13, Picture.Ink);
            }

            Picture.Text(canvas, options.Source, Margin, height - 12, 11, Picture.Soft);
        }, SKEncodedImageFormat.Png);
    }

    /// <summary>Areas up to a year; the axis is that of all years.</summary>
    private static void Chart(SKCanvas canvas, float left, float top, float width, IReadOnlyList<AreaRow> rows, int year, int first, int last, Texts texts)
    {
        const float High = 220;
        const float Axis = 66;
        const float Names = 96;
        const int MostSeries = 6;
        IGrouping<(string Zone, string Country), AreaRow>[] series = [.. rows.GroupBy(row => (row.Zone, row.Country)).OrderByDescending(zone => zone.Max(row => row.IrrigatedHectares)).Take(MostSeries)];
        double highest = rows.Count == 0 ? 0 : rows.Max(row => row.IrrigatedHectares);
        (double step, double most) = Picture.Axis(highest);
        float X(int of) => left + Axis + (first == last ? 0.5f : (float)(of - first) / (last - first)) * (width - Axis - Names);
        float Y(double value) => top + 20 + (float)(1 - value / most) * High;
        for (double value = 0; value <= most * 1.0001; value += step)
        {
            Picture.Line(canvas, left + Axis, Y(value), left + width - Names, Y(value), value == 0 ? Picture.Ink : Picture.Rule);
            Picture.Text(canvas, Picture.Number(value), left + Axis - 6, Y(value) + 4, 11, Picture.Soft, align: SKTextAlign.Right);
        }

        Picture.Text(canvas, texts["hectares"], left + Axis - 6, top + 4, 11, Picture.Soft, align: SKTextAlign.Right);
        Picture.Text(canvas, first.ToString(CultureInfo.InvariantCulture), X(first), top + High + 38, 11, Picture.Ink, align: SKTextAlign.Center);
        Picture.Text(canvas, last.ToString(CultureInfo.InvariantCulture), X(last), top + High + 38, 11, Picture.Ink, align: SKTextAlign.Center);
        var ends = new List<(float Y, string Name, SKColor Color)>();
        for (int i = 0; i < series.Length; i++)
        {
            SKColor color = Picture.Series[i];
            AreaRow[] line = [.. series[i].Where(row => row.Year <= year && ChartOptions.IsSeen(row)).OrderBy(row => row.Year)];
            for (int k = 0; k < line.Length; k++)
            {
                if (k > 0 && line[k].Year == line[k - 1].Year + 1)
                {
                    Picture.Line(canvas, X(line[k - 1].Year), Y(line[k - 1].IrrigatedHectares), X(line[k].Year), Y(line[k].IrrigatedHectares), color, 2.5f);
                }

                using var dot = new SKPaint { Color = color, IsAntialias = true };
                canvas.DrawCircle(X(line[k].Year), Y(line[k].IrrigatedHectares), line[k].Year == year ? 5 : 2.5f, dot);
            }

            ends.Add((line.Length == 0 ? Y(0) : Y(line[^1].IrrigatedHectares), series[i].Key.Zone, color));
        }

        float lowest = float.NegativeInfinity;
        foreach ((float y, string name, SKColor color) in ends.OrderBy(end => end.Y))
        {
            lowest = Math.Max(y + 4, lowest + 15);
            Picture.Text(canvas, name.Length <= 13 ? name : name[..12] + "…", left + width - Names + 8, lowest, 12, color, bold: true);
        }
    }

    private static void WriteAnimation(string path, byte[][] frames)
    {
        bool isGif = Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase);
        using var animation = new MagickImageCollection();
        for (int i = 0; i < frames.Length; i++)
        {
            var image = new MagickImage(frames[i], MagickFormat.Png) { AnimationDelay = (uint)(i == frames.Length - 1 ? LastDelay : Delay), AnimationIterations = 0, Quality = 82 };
            image.Strip();
            animation.Add(image);
        }

        if (isGif)
        {
            animation.Quantize(new QuantizeSettings { Colors = 128, DitherMethod = DitherMethod.No });
            animation.OptimizePlus();
        }

        byte[] bytes = animation.ToByteArray(isGif ? MagickFormat.Gif : MagickFormat.WebP);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private static void WriteMp4(string path, byte[][] frames)
    {
        string partial = AtomicFile.Prepare(path) + ".mp4";
        string folder = partial + ".frames";
        try
        {
            Directory.CreateDirectory(folder);
            int number = 0;
            // Three years in two seconds; the last year stays.
            foreach (byte[] frame in frames.Concat(Enumerable.Repeat(frames[^1], 5)))
            {
                File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number++:0000}.png")), frame);
            }

            string[] arguments = ["-loglevel", "error", "-y", "-framerate", "1.5", "-i", Path.Combine(folder, "%04d.png"), "-r", "15", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart", partial];
            using var ffmpeg = Process.Start(new ProcessStartInfo(Ffmpeg.Value ?? throw new InputException(path, "needs ffmpeg, which is not installed; leave MP4 out, or install it"), arguments) { RedirectStandardError = true })!;
            string said = ffmpeg.StandardError.ReadToEnd();
            ffmpeg.WaitForExit();
            if (ffmpeg.ExitCode != 0)
            {
                throw new InputException(path, $"ffmpeg failed: {said.Trim().ReplaceLineEndings(" ")}");
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
        finally
        {
            AtomicFile.TryDelete(partial);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
