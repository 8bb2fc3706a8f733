using System.IO.Compression;
using System.Text.Json;
using IrrigationWatch.Rasters;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace IrrigationWatch.Classification;

/// <summary>A trained classifier: an ML.NET model with the names of its features and classes.</summary>
public sealed class IrrigationModel
{
    private const string DescriptionEntry = "irrigationwatch.json";

    // Entries of a zip carry a time; a fixed one makes the same model the same bytes.
    private static readonly DateTimeOffset EntryTime = new(1984, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MLContext context;
    private readonly ITransformer transformer;
    private readonly DataViewSchema inputSchema;

    internal IrrigationModel(MLContext context, ITransformer transformer, DataViewSchema inputSchema, ModelDescription description)
    {
        this.context = context;
        this.transformer = transformer;
        this.inputSchema = inputSchema;
        Description = description;
    }

    /// <summary>What the model is.</summary>
    public ModelDescription Description { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="path">The file written by <see cref="Save"/>.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InputException">The file is missing or no such model.</exception>
    public static IrrigationModel Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException(path, "no such file; train a model with 'irrigationwatch train'");
        }

        try
        {
            ModelDescription description;
            using (ZipArchive archive = ZipFile.OpenRead(path))
            {
                ZipArchiveEntry entry = archive.GetEntry(DescriptionEntry) ?? throw new InvalidDataException($"it has no {DescriptionEntry}");
                using Stream text = entry.Open();
                description = JsonSerializer.Deserialize<ModelDescription>(text) ?? throw new InvalidDataException($"its {DescriptionEntry} is empty");
            }

            MLContext context = CreateContext(description.Seed);
            ITransformer transformer = context.Model.Load(path, out DataViewSchema schema);
            return new IrrigationModel(context, transformer, schema, description);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or FormatException or InvalidOperationException)
        {
            throw new InputException(path, $"is no model of irrigationwatch ({e.Message.TrimEnd('.')}); train it with 'irrigationwatch train'", e);
        }
    }

    /// <summary>Writes the model; the same model gives the same bytes.</summary>
    /// <param name="path">Where.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public void Save(string path)
    {
        using var raw = new MemoryStream();
        context.Model.Save(transformer, inputSchema, raw);
        AtomicFile.Write(path, stream =>
        {
            using var source = new ZipArchive(raw, ZipArchiveMode.Read);
            using var target = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (ZipArchiveEntry entry in source.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            {
                using Stream from = entry.Open();
                using Stream to = Create(target, entry.FullName);
                from.CopyTo(to);
            }

            using Stream text = Create(target, DescriptionEntry);
            JsonSerializer.Serialize(text, Description, ModelDescription.JsonOptions);
        });
    }

    /// <summary>Class probabilities of pixels.</summary>
    /// <param name="rows">Features of the pixels in the order of <see cref="ModelDescription.FeatureNames"/>.</param>
    /// <param name="visit">Called for each pixel in order with the probabilities in the order of <see cref="ModelDescription.Classes"/>.</param>
    public void Score(IReadOnlyList<float[]> rows, Action<int, ReadOnlySpan<float>> visit)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(visit);
        IDataView input = context.Data.LoadFromEnumerable(rows.Select(row => new PixelRow { Features = row }), PixelRow.Schema(Description.FeatureNames.Count));
        IDataView output = transformer.Transform(input);
        DataViewSchema.Column column = output.Schema["Score"];
        using DataViewRowCursor cursor = output.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> scores = default;
        float[] dense = new float[Description.Classes.Count];
        for (int i = 0; cursor.MoveNext(); i++)
        {
            getter(ref scores);
            scores.CopyTo(dense);
            visit(i, dense);
        }
    }

    internal static MLContext CreateContext(int seed) => new(seed) { GpuDeviceId = null };

    private static Stream Create(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = EntryTime;
        return entry.Open();
    }
}
