using System.Globalization;
using System.Xml.Linq;

namespace IrrigationWatch.Gdal;

/// <summary>Checks the files that a virtual raster (VRT) shows a part of.</summary>
internal sealed class VrtCheck : IBlockCheck
{
    /// <summary>Files that are kept open, those that were used last.</summary>
    private const int MostOpen = 16;

    private readonly Dictionary<int, Source[]> sources = [];
    private readonly LinkedList<Dataset> open = new();

    internal VrtCheck(Dataset dataset)
    {
        XElement root = Describe(dataset);
        string folder = System.IO.Path.GetDirectoryName(dataset.Path) ?? string.Empty;
        XElement[] bands = [.. root.Elements("VRTRasterBand")];
        bool isMadeOfParts = root.Attribute("subClass") is null;
        for (int number = 1; number <= dataset.BandCount; number++)
        {
            // A virtual raster that is warped, pansharpened and the like reads all its files for all bands.
            XElement read = isMadeOfParts && bands.Length >= number ? bands[number - 1] : root;
            sources.Add(number, [.. read.Descendants().Where(element => element.Name == "SourceFilename" || element.Name == "SourceDataset").Select(element => new Source(element, folder))]);
        }
    }

    public void Dispose()
    {
        foreach (Dataset dataset in open)
        {
            dataset.Dispose();
        }

        open.Clear();
    }

    public void Check(Band band, PixelWindow window, int width, int height)
    {
        foreach (Source source in sources[band.Number])
        {
            if (source.Target is PixelWindow target && target.Intersect(window).IsEmpty)
            {
                continue;
            }

            Dataset dataset = Open(source.Path);
            PixelWindow all = new(0, 0, dataset.Width, dataset.Height);
            PixelWindow read = source.PartOf(window) is PixelWindow part ? part.Intersect(all) : all;
            int[] numbers = source.Band is int one && one >= 1 && one <= dataset.BandCount ? [one] : [.. Enumerable.Range(1, dataset.BandCount)];
            foreach (int number in numbers)
            {
                if (!read.IsEmpty)
                {
                    dataset.CheckBlocks(dataset.Band(number), read, Math.Max(1, Scaled(read.Width, width, window.Width)), Math.Max(1, Scaled(read.Height, height, window.Height)));
                }
            }
        }
    }

    private static int Scaled(int length, int result, int window) => (int)Math.Min(length, (long)length * result / window);

    private static unsafe XElement Describe(Dataset dataset)
    {
        string[] text = Utf8.ReadList(NativeMethods.GDALGetMetadata(dataset.Handle.DangerousGetHandle(), "xml:VRT"));
        return text.Length > 0 ? XElement.Parse(text[0]) : throw new GdalException(dataset.Path, "does not say what it is made of");
    }

    private Dataset Open(string path)
    {
        for (LinkedListNode<Dataset>? node = open.First; node is not null; node = node.Next)
        {
            if (node.Value.Path == path)
            {
                open.Remove(node);
                open.AddLast(node);
                return node.Value;
            }
        }

        Dataset opened = Dataset.Open(path);
        open.AddLast(opened);
        if (open.Count > MostOpen)
        {
            open.First!.Value.Dispose();
            open.RemoveFirst();
        }

        return opened;
    }

    /// <summary>A file, and which part of it is shown where.</summary>
    private sealed class Source
    {
        private readonly (double X, double Y, double Width, double Height)? from;
        private readonly (double X, double Y, double Width, double Height)? to;

        internal Source(XElement name, string folder)
        {
            bool isRelative = (string?)name.Attribute("relativeToVRT") == "1";
            Path = isRelative ? System.IO.Path.Combine(folder, name.Value) : name.Value;
            from = Rectangle(name.Parent?.Element("SrcRect"));
            to = Rectangle(name.Parent?.Element("DstRect"));
            Band = int.TryParse((string?)name.Parent?.Element("SourceBand"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
            Target = to is (double x, double y, double width, double height) ? Around(x, y, width, height) : null;
        }

        internal string Path { get; }

        internal int? Band { get; }

        /// <summary>Where it is shown; null where that is not said, so that it may be anywhere.</summary>
        internal PixelWindow? Target { get; }

        /// <summary>What of it is shown in a window; null for what is not told.</summary>
        internal PixelWindow? PartOf(PixelWindow window)
        {
            if (from is not (double x, double y, double width, double height) || to is not (double left, double top, double across, double down) || across <= 0 || down <= 0)
            {
                return null;
            }

            double scaleX = width / across;
            double scaleY = height / down;
            return Around(x + (window.X - left) * scaleX, y + (window.Y - top) * scaleY, window.Width * scaleX, window.Height * scaleY);
        }

        /// <summary>Whole pixels around a rectangle, and two more for kernels of resampling.</summary>
        private static PixelWindow Around(double x, double y, double width, double height)
        {
            const int Reach = 2;
            int left = (int)Math.Max(0, Math.Floor(x) - Reach);
            int top = (int)Math.Max(0, Math.Floor(y) - Reach);
            return new PixelWindow(left, top, (int)Math.Ceiling(x + width) + Reach - left, (int)Math.Ceiling(y + height) + Reach - top);
        }

        private static (double X, double Y, double Width, double Height)? Rectangle(XElement? element)
        {
            return Number("xOff") is double x && Number("yOff") is double y && Number("xSize") is double width && Number("ySize") is double height ? (x, y, width, height) : null;

            double? Number(string name) => double.TryParse((string?)element?.Attribute(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
        }
    }
}
