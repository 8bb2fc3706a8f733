using System.Buffers;
using System.Collections;
using System.Globalization;

namespace IrrigationWatch.Gdal;

/// <summary>
/// Checks the blocks of a GeoTIFF before GDAL unpacks them: libtiff gives other pixels, without an error, for most damage to packed blocks. Which bytes
/// a block has is asked of GDAL itself, so that what is checked is what it reads. Each block is checked once.
/// </summary>
/// <remarks>Belongs to one thread at a time, as its dataset does.</remarks>
internal sealed class BlockCheck : IBlockCheck
{
    /// <summary>Blocks of a band that are looked at: of 256 pixels a side, a raster a million pixels wide and high.</summary>
    private const int MostBlocks = 1 << 24;

    /// <summary>The number of a level that is no overview.</summary>
    private const int BandItself = -1;

    /// <summary>GDAL takes an overview that is this much coarser than what is asked for.</summary>
    private const double MostCoarser = 1.2;

    private readonly Dataset dataset;
    private readonly Dictionary<(int Level, int Band), Plane> planes = [];
    private readonly HashSet<int> levels = [];
    private readonly Dictionary<string, VirtualFileStream> files = new(StringComparer.Ordinal);
    private readonly bool isInterleaved;

    internal BlockCheck(Dataset dataset)
    {
        this.dataset = dataset;
        isInterleaved = dataset.BandCount > 1 && Structure(dataset.Handle.DangerousGetHandle(), "INTERLEAVE") == "PIXEL";
    }

    public void Dispose() => Close();

    public void Check(Band band, PixelWindow window, int width, int height)
    {
        try
        {
            // Which overview is read is GDAL's choice, and has not been the same in all its versions.
            int level = LevelOf(band, window, width, height, MostCoarser);
            Check(band, level, window);
            if (level >= 0 && LevelOf(band, window, width, height, 1) is int finer && finer != level)
            {
                Check(band, finer, window);
            }
        }
        finally
        {
            // Hundreds of datasets may wait in a pool: none holds a second file open.
            Close();
        }
    }

    /// <summary>Checks where the blocks of all bands lie.</summary>
    /// <exception cref="GdalException">One lies where another does; it is named.</exception>
    internal void CheckPlaces()
    {
        try
        {
            CheckPlaces(BandItself);
        }
        finally
        {
            Close();
        }
    }

    /// <summary>The coarsest overview that is hardly coarser than the result; −1 where there is none.</summary>
    private int LevelOf(Band band, PixelWindow window, int width, int height, double most)
    {
        int best = BandItself;
        if (width >= window.Width && height >= window.Height)
        {
            return best;
        }

        double wanted = Math.Min((double)window.Width / width, (double)window.Height / height);
        double reached = 0;
        for (int level = 0; level < band.OverviewCount; level++)
        {
            nint overview = band.NativeOf(level);
            double factor = Math.Min((double)dataset.Width / NativeMethods.GDALGetRasterBandXSize(overview), (double)dataset.Height / NativeMethods.GDALGetRasterBandYSize(overview));
            if (factor >= 1 && factor < wanted * most && factor > reached)
            {
                (best, reached) = (level, factor);
            }
        }

        return best;
    }

    /// <summary>Checks the blocks of a window in the band, or in an overview.</summary>
    private void Check(Band band, int level, PixelWindow window)
    {
        // Where bands are stored pixel by pixel, a block holds all of them.
        int number = isInterleaved ? 1 : band.Number;
        Plane plane = Find(number, level);
        if (level >= 0)
        {
            window = Scale(window, (double)plane.Width / dataset.Width, (double)plane.Height / dataset.Height, plane.Width, plane.Height);
        }

        Check(plane, window);
    }

    /// <summary>The pixels of an overview that those of a window are made of, and one more at each side.</summary>
    private static PixelWindow Scale(PixelWindow window, double x, double y, int width, int height)
    {
        int left = Math.Clamp((int)(window.X * x) - 1, 0, width - 1);
        int top = Math.Clamp((int)(window.Y * y) - 1, 0, height - 1);
        int right = Math.Clamp((int)Math.Ceiling((window.X + (double)window.Width) * x) + 1, left + 1, width);
        int bottom = Math.Clamp((int)Math.Ceiling((window.Y + (double)window.Height) * y) + 1, top + 1, height);
        return new PixelWindow(left, top, right - left, bottom - top);
    }

    private void Check(Plane plane, PixelWindow window)
    {
        CheckPlaces(plane.Level);
        for (int y = window.Y / plane.BlockHeight; y <= (window.Y + window.Height - 1) / plane.BlockHeight; y++)
        {
            for (int x = window.X / plane.BlockWidth; x <= (window.X + window.Width - 1) / plane.BlockWidth; x++)
            {
                int block = y * plane.Across + x;
                if (!plane.Checked[block])
                {
                    if (Problem(plane, x, y) is string problem)
                    {
                        throw Damage(plane, x, y, problem);
                    }

                    plane.Checked[block] = true;
                }
            }
        }
    }

    private GdalException Damage(Plane plane, int x, int y, string problem)
    {
        string level = plane.Level < 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"overview {plane.Level + 1}, ");
        return new GdalException(dataset.Path, string.Create(CultureInfo.InvariantCulture, $"{level}band {plane.Number}, block {x},{y} (columns from {x * plane.BlockWidth}, rows from {y * plane.BlockHeight}): {problem}"));
    }

    private Plane Find(int number, int level)
    {
        if (!planes.TryGetValue((level, number), out Plane? plane))
        {
            planes.Add((level, number), plane = Open(number, level));
        }

        return plane;
    }

    private Plane Open(int number, int level)
    {
        nint band = dataset.Band(number).NativeOf(level);
        nint owner = NativeMethods.GDALGetBandDataset(band);
        // Overviews are a part of the file, or of a file of their own, which the first of them names.
        string path = level < 0 ? dataset.Path : Utf8.Read(NativeMethods.GDALGetDescription(owner)) ?? string.Empty;
        path = path.Length > 0 ? path : level > 0 ? Find(number, level - 1).Path : dataset.Path;
        long bits = Structure(band, "NBITS") is string text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 8L * RasterTypes.SizeOf(NativeMethods.GDALGetRasterDataType(band));
        bool isKnown = bits > 0 && Structure(owner, "SOURCE_COLOR_SPACE") is null;
        return new Plane(band, number, level, FileOf(path), Structure(owner, "COMPRESSION") ?? string.Empty, isKnown ? bits * (isInterleaved ? dataset.BandCount : 1) : 0);
    }

    /// <summary>
    /// No block may lie where another lies, or a directory: no program writes such a file, but an offset that was damaged points to the pixels of another place, whole ones perhaps.
    /// </summary>
    private void CheckPlaces(int level)
    {
        if (levels.Contains(level))
        {
            return;
        }

        int bands = isInterleaved ? 1 : dataset.BandCount;
        List<(long From, long To, int Number, int Block)> parts = [.. TiffDirectories.Occupied(Opened(Find(1, level).Path)).Select(part => (part.From, part.To, 0, 0))];
        for (int number = 1; number <= bands; number++)
        {
            Plane plane = Find(number, level);
            for (int block = 0; block < plane.Checked.Length; block++)
            {
                if (plane.PlaceOf(block % plane.Across, block / plane.Across) is (long offset, long size))
                {
                    parts.Add((offset, offset + size, number, block));
                }
            }
        }

        parts.Sort();
        for (int i = 1; i < parts.Count; i++)
        {
            // What belongs to a directory may be shared by another.
            if (parts[i].From < parts[i - 1].To && (parts[i].Number > 0 || parts[i - 1].Number > 0))
            {
                (_, _, int number, int block) = parts[i].Number > 0 ? parts[i] : parts[i - 1];
                Plane plane = Find(number, level);
                throw Damage(plane, block % plane.Across, block / plane.Across, "its bytes are said to lie where others are");
            }
        }

        // Only now: a dataset that was refused is refused again.
        levels.Add(level);
    }

    private void Close()
    {
        foreach (VirtualFileStream file in files.Values)
        {
            file.Dispose();
        }

        files.Clear();
    }

    private string? Problem(Plane plane, int x, int y)
    {
        if (plane.PlaceOf(x, y) is not (long offset, long size))
        {
            // A block that was left out holds no data.
            return null;
        }

        VirtualFileStream file = Opened(plane.Path);
        if (offset > file.Length || size > file.Length - offset)
        {
            return string.Create(CultureInfo.InvariantCulture, $"its {size} bytes at {offset} lie beyond the end of the file ({file.Length} bytes)");
        }

        int rows = plane.IsOfStrips ? Math.Min(plane.BlockHeight, plane.Height - y * plane.BlockHeight) : plane.BlockHeight;
        long needed = plane.RowBytes < 0 ? -1 : plane.RowBytes * rows;
        long whole = plane.RowBytes * plane.BlockHeight;
        if (plane.Compression.Length == 0)
        {
            return size >= needed ? null : string.Create(CultureInfo.InvariantCulture, $"it has {size} bytes, its pixels {needed}");
        }

        if (!PackedBlock.CanCheck(plane.Compression))
        {
            return null;
        }

        if (size > Array.MaxLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"its {size} bytes are too many to be checked; write the file in tiles (gdal_translate -co TILED=YES)");
        }

        byte[] packed = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            file.Position = offset;
            file.ReadExactly(packed, 0, (int)size);
            return PackedBlock.Problem(plane.Compression, packed.AsSpan(0, (int)size), needed, whole);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    private VirtualFileStream Opened(string path)
    {
        if (!files.TryGetValue(path, out VirtualFileStream? file))
        {
            files.Add(path, file = new VirtualFileStream(path));
        }

        return file;
    }

    /// <summary>The file of a name by which GDAL opens one image of it, as <c>GTIFF_DIR:2:a.tif</c>.</summary>
    private static string FileOf(string path)
    {
        const string Prefix = "GTIFF_DIR:";
        if (!path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return path;
        }

        string rest = path[Prefix.Length..];
        rest = rest.StartsWith("off:", StringComparison.OrdinalIgnoreCase) ? rest[4..] : rest;
        return rest[(rest.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    private static string? Structure(nint owner, string item) => Utf8.Read(NativeMethods.GDALGetMetadataItem(owner, item, "IMAGE_STRUCTURE"));

    /// <summary>The blocks of a band, or of one of its overviews.</summary>
    private sealed unsafe class Plane
    {
        private readonly nint band;

        internal Plane(nint band, int number, int level, string path, string compression, long bitsOfPixel)
        {
            this.band = band;
            (Number, Level, Path, Compression) = (number, level, path, compression);
            int width;
            int height;
            NativeMethods.GDALGetBlockSize(band, &width, &height);
            Width = NativeMethods.GDALGetRasterBandXSize(band);
            Height = NativeMethods.GDALGetRasterBandYSize(band);
            IsOfStrips = width == Width;
            // A strip of all rows is offered by GDAL row by row, of which only the first has a place.
            bool isSplit = IsOfStrips && height == 1 && Height > 1 && PlaceOf(0, 0) is not null && PlaceOf(0, 1) is null && PlaceOf(0, Height - 1) is null;
            (BlockWidth, BlockHeight) = (width, isSplit ? Height : height);
            Across = (Width + BlockWidth - 1) / BlockWidth;
            Down = (Height + BlockHeight - 1) / BlockHeight;
            RowBytes = bitsOfPixel == 0 ? -1 : (bitsOfPixel * width + 7) / 8;
            long blocks = (long)Across * Down;
            Checked = blocks <= MostBlocks
                ? new BitArray((int)blocks)
                : throw new GdalException(path, string.Create(CultureInfo.InvariantCulture, $"is said to have {blocks} blocks a band, which no file of pixels has; it is damaged, or is to be written with larger tiles (gdal_translate -co TILED=YES)"));
        }

        internal int Number { get; }

        internal int Level { get; }

        internal string Path { get; }

        /// <summary>GDAL's name of the compression; empty where there is none.</summary>
        internal string Compression { get; }

        internal int BlockWidth { get; }

        internal int BlockHeight { get; }

        internal int Width { get; }

        internal int Height { get; }

        internal int Across { get; }

        internal int Down { get; }

        /// <summary>True for blocks as wide as the raster: the last may hold the rows that are there, and no more.</summary>
        internal bool IsOfStrips { get; }

        /// <summary>Bytes of a row of a block once unpacked; −1 where that is not known.</summary>
        internal long RowBytes { get; }

        /// <summary>Blocks that are whole.</summary>
        internal BitArray Checked { get; }

        /// <summary>Where a block lies in the file; null for one that was left out.</summary>
        internal (long Offset, long Size)? PlaceOf(int x, int y) =>
            Item("OFFSET", x, y) is long offset && Item("SIZE", x, y) is long size && offset != 0 && size != 0 ? (offset, size) : null;

        private long? Item(string what, int x, int y)
        {
            GdalErrors.Clear();
            string? text = Utf8.Read(NativeMethods.GDALGetMetadataItem(band, string.Create(CultureInfo.InvariantCulture, $"BLOCK_{what}_{x}_{y}"), "TIFF"));
            // A table of blocks that cannot be read is not the same as a block that was left out, though GDAL goes on with no data in its place.
            GdalErrors.ThrowIfFailed(Path);
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
        }
    }
}
