using System.Globalization;

namespace IrrigationWatch.Gdal;

/// <summary>A layer of a vector file. One thread at a time; not to be used after its file was closed.</summary>
public sealed unsafe class VectorLayer
{
    private const string Shapefile = "ESRI Shapefile";
    private const string ShapefileDomain = "SHAPEFILE";

    /// <summary>Bytes of a field's name in a .dbf.</summary>
    private const int NameBytes = 10;

    /// <summary>LDID 87, "ANSI": what most programs write without a thought.</summary>
    private const string AnyAnsi = "87";

    /// <summary>Variable for users of GDAL by which it reads shapefiles that say no encoding.</summary>
    private const string EncodingVariable = "SHAPE_ENCODING";

    private readonly DatasetHandle handle;
    private readonly nint layer;
    private readonly string path;
    private readonly string format;

    internal VectorLayer(DatasetHandle handle, nint layer, string path, string format)
    {
        this.handle = handle;
        this.layer = layer;
        this.path = path;
        this.format = format;
        Name = Utf8.Read(NativeMethods.OGR_L_GetName(layer)) ?? string.Empty;
        int type = NativeMethods.OGR_L_GetGeomType(layer);
        GeometryName = Utf8.Read(NativeMethods.OGRGeometryTypeToName(type)) ?? string.Empty;
        Kinds = VectorGeometryReader.KindsOf(type);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What the layer says that its geometries are.</summary>
    public VectorKinds Kinds { get; }

    /// <summary>The same in GDAL's words, for example <c>Multi Polygon</c>.</summary>
    public string GeometryName { get; }

    /// <summary>Number of features.</summary>
    public long Count
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle.IsClosed, this);
            return NativeMethods.OGR_L_GetFeatureCount(layer, 1);
        }
    }

    /// <summary>Names of the attribute fields; letters of which the file does not say the encoding may be shown as their bytes here.</summary>
    public IReadOnlyList<string> FieldNames => [.. RawNames().Select(name => TextEncoding.Utf8.TryRead(name, out string text, out _) ? text : Utf8.Show(name.Bytes))];

    /// <summary>The CRS of the layer, or null where the file has none.</summary>
    /// <returns>A copy that the caller disposes of.</returns>
    public SpatialReference? GetSpatialReference()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        nint reference = NativeMethods.OGR_L_GetSpatialRef(layer);
        return reference == 0 ? null : SpatialReference.Clone(reference);
    }

    /// <summary>Reads all features in the file's order.</summary>
    /// <returns>The features.</returns>
    /// <exception cref="GdalException">The file is damaged.</exception>
    public IReadOnlyList<VectorFeature> ReadFeatures() => Read(null).Features;

    /// <summary>Reads all features in the file's order.</summary>
    /// <param name="encoding">Name of the encoding of their letters; null to find it.</param>
    /// <param name="needed">Fields whose texts must be right, others may show bytes that are no letters as numbers; null for all.</param>
    /// <returns>The features.</returns>
    /// <exception cref="TextEncodingException">Letters of the fields that are needed cannot be told from their bytes, or the encoding is not known.</exception>
    /// <exception cref="GdalException">The file is damaged.</exception>
    public VectorTable Read(string? encoding, IReadOnlyCollection<string>? needed = null)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        RawText[] names = RawNames();
        int[] widths = Widths(names.Length);
        var rows = new List<(long Id, object?[] Values, byte[]? Wkb)>();
        GdalErrors.Clear();
        NativeMethods.OGR_L_ResetReading(layer);
        for (nint feature = NativeMethods.OGR_L_GetNextFeature(layer); feature != 0; feature = NativeMethods.OGR_L_GetNextFeature(layer))
        {
            try
            {
                rows.Add((NativeMethods.OGR_F_GetFID(feature), ValuesOf(feature, widths), VectorGeometryReader.Read(NativeMethods.OGR_F_GetGeometryRef(feature), path)));
            }
            finally
            {
                NativeMethods.OGR_F_Destroy(feature);
            }
        }

        GdalErrors.ThrowIfFailed(path);
        DeclaredEncoding declared = Declared();
        TextEncoding? wanted = Wanted(encoding);
        if (format is "MapInfo File" or "DXF" && RawLatin.Of(rows.SelectMany(row => row.Values)))
        {
            rows = [.. rows.Select(row => (row.Id, RawLatin.BytesOf(row.Values), row.Wkb))];
            declared = new DeclaredEncoding(TextEncoding.Western, "its charset", true);
        }

        var isNeeded = new bool[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            // A name that is no ASCII may be any of those needed once it is read.
            isNeeded[i] = needed is null || !names[i].IsAscii || needed.Contains(Utf8.Show(names[i].Bytes), StringComparer.OrdinalIgnoreCase);
        }

        (TextEncoding found, string? remark) = Choose(names, rows.Select(row => row.Values), isNeeded, declared, wanted);
        string[] fields = [.. names.Select(name => found.TryRead(name, out string text, out _) ? text : Utf8.Show(name.Bytes))];
        var cut = new List<string>();
        bool[] isFirst = Firsts(fields, needed ?? []);
        VectorFeature[] features = [.. rows.Select(row => new VectorFeature(row.Id, FieldsOf(fields, row.Values, found, isNeeded, isFirst, cut), row.Wkb))];
        var remarks = new List<string>();
        if (remark is not null)
        {
            remarks.Add(remark);
        }

        if (cut.Count > 0)
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{cut.Count} texts were cut in the middle of a letter by the width of their field, and end before it: '{string.Join("', '", cut.Take(3))}'{(cut.Count > 3 ? " …" : string.Empty)}"));
        }

        return new VectorTable(fields, features, remarks);
    }

    /// <summary>The encoding of those texts that must be right; only where they tell nothing do the others count.</summary>
    private (TextEncoding Encoding, string? Remark) Choose(RawText[] names, IEnumerable<object?[]> rows, bool[] isNeeded, DeclaredEncoding declared, TextEncoding? wanted)
    {
        var telling = new List<RawText>(names);
        var others = new List<RawText>(names);
        foreach (object?[] values in rows)
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] is RawText raw)
                {
                    others.Add(raw);
                    if (isNeeded[i])
                    {
                        telling.Add(raw);
                    }
                }
            }
        }

        try
        {
            return TextEncodingFinder.Choose(path, telling, declared, wanted);
        }
        catch (TextEncodingException) when (wanted is null && others.Count > telling.Count)
        {
            // More letters leave less doubt.
            return TextEncodingFinder.Choose(path, others, declared, wanted);
        }
    }

    /// <summary>Of fields whose names differ in capitals alone, or not at all, the one that the name stands for: that which is needed as it is written, else the first.</summary>
    private static bool[] Firsts(string[] names, IReadOnlyCollection<string> needed)
    {
        bool[] isFirst = new bool[names.Length];
        foreach (IGrouping<string, int> same in Enumerable.Range(0, names.Length).GroupBy(i => names[i], StringComparer.OrdinalIgnoreCase))
        {
            isFirst[same.Where(i => needed.Contains(names[i], StringComparer.Ordinal)).Concat(same).First()] = true;
        }

        return isFirst;
    }

    private Dictionary<string, string?> FieldsOf(string[] names, object?[] values, TextEncoding encoding, bool[] isNeeded, bool[] isFirst, List<string> cut)
    {
        var fields = new Dictionary<string, string?>(names.Length, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < names.Length; i++)
        {
            if (!isFirst[i])
            {
                continue;
            }

            if (values[i] is not RawText raw)
            {
                fields[names[i]] = (string?)values[i];
                continue;
            }

            if (encoding.TryRead(raw, out string text, out bool isCut))
            {
                fields[names[i]] = text;
                if (isCut && isNeeded[i])
                {
                    cut.Add(text);
                }
            }
            else
            {
                fields[names[i]] = isNeeded[i] ? throw new TextEncodingException(path, $"holds a text that is none in {encoding} ({TextEncodingFinder.Show(raw)}); mend it, or say the encoding with --encoding, for example CP936 or CP1251") : Utf8.Show(raw.Bytes);
            }
        }

        return fields;
    }

    /// <summary>Values as text where they are ASCII, else as bytes.</summary>
    private static object?[] ValuesOf(nint feature, int[] widths)
    {
        object?[] values = new object?[widths.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (NativeMethods.OGR_F_IsFieldSetAndNotNull(feature, i) == 0 || NativeMethods.OGR_F_GetFieldAsString(feature, i) is not (nint text and not 0))
            {
                continue;
            }

            var raw = new RawText(Utf8.BytesOf(text), false);
            values[i] = raw.IsAscii ? System.Text.Encoding.ASCII.GetString(raw.Bytes) : raw with { FillsField = widths[i] > 0 && raw.Bytes.Length >= widths[i] };
        }

        return values;
    }

    private RawText[] RawNames()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        nint definition = NativeMethods.OGR_L_GetLayerDefn(layer);
        var names = new RawText[NativeMethods.OGR_FD_GetFieldCount(definition)];
        for (int i = 0; i < names.Length; i++)
        {
            nint name = NativeMethods.OGR_Fld_GetNameRef(NativeMethods.OGR_FD_GetFieldDefn(definition, i));
            byte[] bytes = name == 0 ? [] : Utf8.BytesOf(name);
            names[i] = new RawText(bytes, format == Shapefile && bytes.Length >= NameBytes);
        }

        return names;
    }

    /// <summary>Bytes that texts of a field may take where the format gives them so many; 0 where there is no such bound.</summary>
    private int[] Widths(int count)
    {
        nint definition = NativeMethods.OGR_L_GetLayerDefn(layer);
        return [.. Enumerable.Range(0, count).Select(i => format is Shapefile or "MapInfo File" ? NativeMethods.OGR_Fld_GetWidth(NativeMethods.OGR_FD_GetFieldDefn(definition, i)) : 0)];
    }

    private TextEncoding? Wanted(string? encoding)
    {
        encoding ??= format == Shapefile && Environment.GetEnvironmentVariable(EncodingVariable) is { Length: > 0 } ofUser ? ofUser : null;
        return encoding is null ? null
            : TextEncoding.Find(encoding) ?? throw new TextEncodingException(path, $"'{encoding}' is no encoding that is known; use for example UTF-8, CP936, GB18030, Big5, CP1251, KOI8-R, CP866 or CP1252");
    }

    private DeclaredEncoding Declared()
    {
        if (format is "CSV" or "MapInfo File" or "DXF")
        {
            return DeclaredEncoding.Nothing;
        }

        if (format != Shapefile)
        {
            return DeclaredEncoding.AlwaysUtf8;
        }

        string? page = Metadata("CPG_VALUE");
        if (!string.IsNullOrWhiteSpace(page))
        {
            return new DeclaredEncoding(TextEncoding.Find(page), "its .cpg", true);
        }

        return Metadata("ENCODING_FROM_LDID") is string fromId && TextEncoding.Find(fromId) is { } known
            ? new DeclaredEncoding(known, "its .dbf", Metadata("LDID_VALUE") != AnyAnsi)
            : DeclaredEncoding.Nothing;
    }

    private string? Metadata(string item) => Utf8.Read(NativeMethods.GDALGetMetadataItem(layer, item, ShapefileDomain));
}
