using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Gdal;

/// <summary>One band of a <see cref="Dataset"/>: its type, its blocks, reading and writing of pixels.</summary>
public sealed unsafe class Band
{
    private const int LargestBlock = 2048;
    private const int AlphaInterpretation = 6;

    private readonly Dataset dataset;
    private readonly nint band;

    /// <summary>Bytes that only an item of metadata says are signed, as before GDAL 3.7: GDAL itself gives them without sign.</summary>
    private readonly bool isSignedByte;

    internal Band(Dataset dataset, int number, nint band)
    {
        this.dataset = dataset;
        this.band = band;
        Number = number;
        Type = NativeMethods.GDALGetRasterDataType(band);
        if (Type == RasterType.Byte && Utf8.Read(NativeMethods.GDALGetMetadataItem(band, "PIXELTYPE", "IMAGE_STRUCTURE")) == "SIGNEDBYTE")
        {
            Type = RasterType.Int8;
            isSignedByte = true;
        }

        int width;
        int height;
        NativeMethods.GDALGetBlockSize(band, &width, &height);
        BlockWidth = width;
        BlockHeight = height;
    }

    /// <summary>Number within the dataset, from 1.</summary>
    public int Number { get; }

    /// <summary>Pixel type in the file; <see cref="RasterType.Unknown"/> for complex and other types not read here.</summary>
    public RasterType Type { get; }

    /// <summary>Columns of a block, the unit in which the file is stored and best read.</summary>
    public int BlockWidth { get; }

    /// <summary>Rows of a block.</summary>
    public int BlockHeight { get; }

    /// <summary>Number of overviews (reduced copies).</summary>
    public int OverviewCount => NativeMethods.GDALGetOverviewCount(Alive());

    /// <summary>The value that marks missing pixels, or null.</summary>
    /// <exception cref="GdalException">On setting: the format cannot hold it.</exception>
    public double? NoData
    {
        get
        {
            int has;
            nint native = Alive();
            // Of whole numbers of 64 bits GDAL gives no double, and since 3.5 an error.
            double value = Type switch
            {
                RasterType.Int64 => NativeMethods.GDALGetRasterNoDataValueAsInt64(native, &has),
                RasterType.UInt64 => NativeMethods.GDALGetRasterNoDataValueAsUInt64(native, &has),
                _ => NativeMethods.GDALGetRasterNoDataValue(native, &has),
            };
            return has != 0 ? value : null;
        }

        set
        {
            if (value is double number)
            {
                dataset.Check(NativeMethods.GDALSetRasterNoDataValue(Alive(), number), "cannot set the nodata value");
            }
        }
    }

    /// <summary>The band's description, for example the name of a feature; empty where there is none.</summary>
    public string Description
    {
        get => Utf8.Read(NativeMethods.GDALGetDescription(Alive())) ?? string.Empty;
        set => NativeMethods.GDALSetDescription(Alive(), value);
    }

    /// <summary>Factor from stored to physical values; 1 where the file gives none.</summary>
    /// <exception cref="GdalException">On setting: the format cannot hold it.</exception>
    public double Scale
    {
        get
        {
            int has;
            double value = NativeMethods.GDALGetRasterScale(Alive(), &has);
            return has != 0 ? value : 1;
        }

        set => dataset.Check(NativeMethods.GDALSetRasterScale(Alive(), value), "cannot set the scale");
    }

    /// <summary>What is added to stored values, after the scale, to give physical ones; 0 where the file gives nothing.</summary>
    public double Offset
    {
        get
        {
            int has;
            double value = NativeMethods.GDALGetRasterOffset(Alive(), &has);
            return has != 0 ? value : 0;
        }
    }

    /// <summary>Where GDAL knows from which pixels are valid.</summary>
    public MaskKinds MaskKinds => (MaskKinds)NativeMethods.GDALGetMaskFlags(Alive());

    /// <summary>True for a band of opacity, which says what is valid and holds no values of its own.</summary>
    public bool IsAlpha => NativeMethods.GDALGetRasterColorInterpretation(Alive()) == AlphaInterpretation;

    /// <summary>Names of the pixel values, index by value; empty where there are none.</summary>
    /// <exception cref="GdalException">On setting: the format cannot hold them.</exception>
    public IReadOnlyList<string> CategoryNames
    {
        get => Utf8.ReadList(NativeMethods.GDALGetRasterCategoryNames(Alive()));
        set
        {
            using var list = new NativeStrings(value);
            dataset.Check(NativeMethods.GDALSetRasterCategoryNames(Alive(), list.Pointer), "cannot set category names");
        }
    }

    /// <summary>Reads a window of pixels, converted to <typeparamref name="T"/> by GDAL where the file's type is another.</summary>
    /// <typeparam name="T">byte, sbyte, ushort, short, uint, int, float or double.</typeparam>
    /// <param name="window">Which pixels; within the raster.</param>
    /// <param name="pixels">Receives them row by row; at least <see cref="PixelWindow.PixelCount"/> long.</param>
    /// <exception cref="ArgumentException">The window leaves the raster or the span is too short.</exception>
    /// <exception cref="GdalException">The file is damaged or cannot be read.</exception>
    public void Read<T>(PixelWindow window, Span<T> pixels)
        where T : unmanaged
    {
        CheckWindow(window, pixels.Length);
        if (Type == RasterTypes.Of<T>() && IsOfWholeBlocks(window))
        {
            ReadBlocks(window, pixels);
            return;
        }

        ReadResized(window, window.Width, window.Height, pixels);
    }

    /// <summary>Reads a window of pixels reduced or enlarged to another size by the nearest pixel.</summary>
    /// <typeparam name="T">byte, sbyte, ushort, short, uint, int, float or double.</typeparam>
    /// <param name="window">Which pixels; within the raster.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="pixels">Receives them row by row; at least width × height long.</param>
    /// <exception cref="ArgumentException">The window leaves the raster or the span is too short.</exception>
    /// <exception cref="GdalException">The file is damaged or cannot be read.</exception>
    public void ReadResized<T>(PixelWindow window, int width, int height, Span<T> pixels)
        where T : unmanaged
    {
        CheckWindow(window, int.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, checked(width * height), nameof(pixels));
        PixelWindow stored = dataset.StoredWindow(window);
        dataset.CheckBlocks(this, stored, width, height);
        Fetch(Alive(), stored, width, height, pixels, isSignedByte);
        TurnRows(width, height, pixels);
    }

    /// <summary>Reads what GDAL's mask says of a window, reduced or enlarged as <see cref="ReadResized"/> does it.</summary>
    /// <param name="window">Which pixels; within the raster.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="mask">Receives 0 where a pixel is not valid, row by row; at least width × height long.</param>
    /// <exception cref="ArgumentException">The window leaves the raster or the span is too short.</exception>
    /// <exception cref="GdalException">The mask is damaged or cannot be read.</exception>
    public void ReadMask(PixelWindow window, int width, int height, Span<byte> mask)
    {
        CheckWindow(window, int.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(mask.Length, checked(width * height), nameof(mask));
        Fetch(NativeMethods.GDALGetMaskBand(Alive()), dataset.StoredWindow(window), width, height, mask, isSigned: false);
        TurnRows(width, height, mask);
    }

    /// <summary>Reads one whole block as it is stored, without conversion: the fastest way to decode.</summary>
    /// <typeparam name="T">The band's own type.</typeparam>
    /// <param name="blockX">Column of the block, from 0.</param>
    /// <param name="blockY">Row of the block, from 0.</param>
    /// <param name="pixels">Receives <see cref="BlockWidth"/> × <see cref="BlockHeight"/> pixels; beyond the raster's edge they are undefined.</param>
    /// <exception cref="ArgumentException">The type is not the band's, there is no such block, or the span is too short.</exception>
    /// <exception cref="GdalException">The file is damaged or cannot be read.</exception>
    public void ReadBlock<T>(int blockX, int blockY, Span<T> pixels)
        where T : unmanaged
    {
        if (RasterTypes.Of<T>() != Type)
        {
            throw new ArgumentException($"{dataset.Path}: band {Number} holds {Type}, not {RasterTypes.Of<T>()}", nameof(pixels));
        }

        ReadBlockBytes(blockX, blockY, MemoryMarshal.AsBytes(pixels));
    }

    /// <summary>Reads one block as its bytes, whatever the pixel type.</summary>
    /// <param name="blockX">Column of the block, from 0.</param>
    /// <param name="blockY">Row of the block, from 0.</param>
    /// <param name="bytes">Receives <see cref="BlockWidth"/> × <see cref="BlockHeight"/> pixels of the size of <see cref="Type"/>.</param>
    /// <exception cref="ArgumentException">There is no such block, or the span is too short.</exception>
    /// <exception cref="GdalException">The file is damaged or cannot be read.</exception>
    public void ReadBlockBytes(int blockX, int blockY, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockX);
        ArgumentOutOfRangeException.ThrowIfNegative(blockY);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((long)blockX * BlockWidth, dataset.Width, nameof(blockX));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((long)blockY * BlockHeight, dataset.Height, nameof(blockY));
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, BlockWidth * BlockHeight * RasterTypes.SizeOf(Type), nameof(bytes));
        int left = blockX * BlockWidth;
        int top = blockY * BlockHeight;
        var window = new PixelWindow(left, top, Math.Min(BlockWidth, dataset.Width - left), Math.Min(BlockHeight, dataset.Height - top));
        dataset.CheckBlocks(this, window, window.Width, window.Height);
        nint native = Alive();
        fixed (byte* data = bytes)
        {
            if (NativeMethods.GDALReadBlock(native, blockX, blockY, data) > 2 || GdalErrors.HasFailure)
            {
                throw GdalErrors.Take(dataset.Path, $"block {blockX},{blockY} cannot be read");
            }
        }
    }

    /// <summary>Writes a window of pixels.</summary>
    /// <typeparam name="T">byte, sbyte, ushort, short, uint, int, float or double.</typeparam>
    /// <param name="window">Which pixels; within the raster.</param>
    /// <param name="pixels">The values row by row; at least <see cref="PixelWindow.PixelCount"/> long.</param>
    /// <exception cref="ArgumentException">The window leaves the raster or the span is too short.</exception>
    /// <exception cref="GdalException">Writing failed.</exception>
    public void Write<T>(PixelWindow window, ReadOnlySpan<T> pixels)
        where T : unmanaged
    {
        CheckWindow(window, pixels.Length);
        nint native = Alive();
        fixed (T* data = pixels)
        {
            int result = NativeMethods.GDALRasterIO(native, 1, window.X, window.Y, window.Width, window.Height, data, window.Width, window.Height, RasterTypes.Of<T>(), 0, 0);
            if (result > 2 || GdalErrors.HasFailure)
            {
                throw GdalErrors.Take(dataset.Path, "cannot be written");
            }
        }
    }

    /// <summary>Gives pixel values colours, for bands of bytes or of 16 bits without sign.</summary>
    /// <param name="colors">Pairs of a value and a colour as 0xAARRGGBB.</param>
    /// <exception cref="GdalException">The format cannot hold a colour table.</exception>
    public void SetColorTable(IEnumerable<KeyValuePair<ushort, uint>> colors)
    {
        ArgumentNullException.ThrowIfNull(colors);
        nint table = NativeMethods.GDALCreateColorTable(1);
        try
        {
            short* rgba = stackalloc short[4];
            foreach ((ushort value, uint color) in colors)
            {
                (rgba[0], rgba[1], rgba[2], rgba[3]) = ((short)((color >> 16) & 255), (short)((color >> 8) & 255), (short)(color & 255), (short)(color >> 24));
                NativeMethods.GDALSetColorEntry(table, value, rgba);
            }

            dataset.Check(NativeMethods.GDALSetRasterColorTable(Alive(), table), "cannot set a colour table");
        }
        finally
        {
            NativeMethods.GDALDestroyColorTable(table);
        }
    }

    /// <summary>One metadata item of the band.</summary>
    /// <param name="name">The item.</param>
    /// <param name="domain">The metadata domain; null for the default one.</param>
    /// <returns>The value, or null.</returns>
    public string? GetMetadata(string name, string? domain = null) => Utf8.Read(NativeMethods.GDALGetMetadataItem(Alive(), name, domain));

    /// <summary>Sets one metadata item of the band.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="GdalException">The format cannot hold it.</exception>
    public void SetMetadata(string name, string value) =>
        dataset.Check(NativeMethods.GDALSetMetadataItem(Alive(), name, value, null), "cannot set metadata " + name);

    /// <summary>GDAL's band for an overview; for −1 the band itself.</summary>
    internal nint NativeOf(int level) => level < 0 ? Alive() : NativeMethods.GDALGetOverview(Alive(), level);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Alive()
    {
        dataset.ThrowIfClosed();
        GdalErrors.Clear();
        return band;
    }

    private void TurnRows<T>(int width, int height, Span<T> pixels)
    {
        if (dataset.IsSouthUp)
        {
            PixelForm.TurnRows(width, height, pixels);
        }
    }

    /// <summary>Reads by GDAL what lies in the file at a window.</summary>
    private void Fetch<T>(nint native, PixelWindow window, int width, int height, Span<T> pixels, bool isSigned)
        where T : unmanaged
    {
        // A GDAL that says by metadata that bytes are signed knows no such type.
        RasterType type = isSigned && typeof(T) == typeof(sbyte) ? RasterType.Byte : RasterTypes.Of<T>();
        fixed (T* data = pixels)
        {
            int result = NativeMethods.GDALRasterIO(native, 0, window.X, window.Y, window.Width, window.Height, data, width, height, type, 0, 0);
            if (result > 2 || GdalErrors.HasFailure)
            {
                throw GdalErrors.Take(dataset.Path, "cannot be read");
            }
        }

        if (isSigned)
        {
            PixelForm.GiveSign(pixels[..(width * height)]);
        }
    }

    /// <summary>
    /// True for windows that begin and end at blocks' edges, so that no block is needed twice and GDAL's cache would only
    /// cost. Not of a dataset that is written to, whose newest blocks stand in that cache.
    /// </summary>
    private bool IsOfWholeBlocks(PixelWindow window) =>
        dataset is { IsReadOnly: true, IsSouthUp: false } && !isSignedByte && BlockWidth is > 1 and <= LargestBlock && BlockHeight is > 1 and <= LargestBlock
        && window.X % BlockWidth == 0 && window.Y % BlockHeight == 0
        && ((window.X + window.Width) % BlockWidth == 0 || window.X + window.Width == dataset.Width)
        && ((window.Y + window.Height) % BlockHeight == 0 || window.Y + window.Height == dataset.Height);

    private void ReadBlocks<T>(PixelWindow window, Span<T> pixels)
        where T : unmanaged
    {
        if (window.Width == BlockWidth && window.Height == BlockHeight)
        {
            ReadBlock(window.X / BlockWidth, window.Y / BlockHeight, pixels);
            return;
        }

        T[] block = ArrayPool<T>.Shared.Rent(BlockWidth * BlockHeight);
        try
        {
            for (int top = 0; top < window.Height; top += BlockHeight)
            {
                for (int left = 0; left < window.Width; left += BlockWidth)
                {
                    ReadBlock((window.X + left) / BlockWidth, (window.Y + top) / BlockHeight, block.AsSpan());
                    int columns = Math.Min(BlockWidth, window.Width - left);
                    for (int row = 0; row < Math.Min(BlockHeight, window.Height - top); row++)
                    {
                        block.AsSpan(row * BlockWidth, columns).CopyTo(pixels[((top + row) * window.Width + left)..]);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(block);
        }
    }

    private void CheckWindow(PixelWindow window, int length)
    {
        if (window.X < 0 || window.Y < 0 || window.Width < 1 || window.Height < 1
            || (long)window.X + window.Width > dataset.Width || (long)window.Y + window.Height > dataset.Height)
        {
            throw new ArgumentException($"{dataset.Path}: {window} leaves the raster of {dataset.Width} × {dataset.Height} pixels", nameof(window));
        }

        if (length < window.PixelCount)
        {
            throw new ArgumentException($"{dataset.Path}: a span of {length} values is too short for {window}", nameof(window));
        }
    }
}
