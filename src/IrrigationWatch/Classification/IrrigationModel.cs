using System.IO.Compression;
using System.Text.Json;
using IrrigationWatch.Kernels;
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
    private readonly Lazy<(CompiledClassifier? Compiled, string? Problem)> compiled;

    internal IrrigationModel(MLContext context, ITransformer transformer, DataViewSchema inputSchema, ModelDescription description)
    {
        this.context = context;
        this.transformer = transformer;
        this.inputSchema = inputSchema;
        Description = description;
        compiled = new Lazy<(CompiledClassifier?, string?)>(() => ModelCompiler.Compile(this, transformer));
    }

    /// <summary>What the model is.</summary>
    public ModelDescription Description { get; }

    /// <summary>The model compiled for SIMD; null where that cannot be done, see <see cref="CompilationProblem"/>.</summary>
    public CompiledClassifier? Compiled => compiled.Value.Compiled;

    /// <summary>Why the model is not compiled and scored by ML.NET itself, which is slow; null where it is compiled.</summary>
    public string? CompilationProblem => compiled.Value.Problem;

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

    /// <summary>Classifies pixels: compiled where the model could be, else by ML.NET itself. Thread-safe.</summary>
    /// <param name="planes">One plane of pixels a feature, in the order of <see cref="ModelDescription.FeatureNames"/>, NaN where it is missing.</param>
    /// <param name="stride">Pixels of a plane.</param>
    /// <param name="pixels">Which pixels of the planes.</param>
    /// <param name="classes">Receives the class of each of <paramref name="pixels"/>, by its position in <see cref="ModelDescription.Classes"/>.</param>
    /// <param name="probabilities">Receives one plane a class with the probability of each of <paramref name="pixels"/>.</param>
    public void Classify(ReadOnlySpan<float> planes, int stride, ReadOnlySpan<int> pixels, Span<byte> classes, Span<float> probabilities)
    {
        if (Compiled is CompiledClassifier fast)
        {
            fast.Classify(planes, stride, pixels, classes, probabilities);
            return;
        }

        var rows = new List<float[]>(pixels.Length);
        foreach (int pixel in pixels)
        {
            float[] row = new float[Description.FeatureNames.Count];
            for (int f = 0; f < row.Length; f++)
            {
                row[f] = planes[f * stride + pixel];
            }

            rows.Add(row);
        }

        float[] all = new float[rows.Count * Description.Classes.Count];
        byte[] best = new byte[rows.Count];
        Score(rows, (i, scores) =>
        {
            best[i] = (byte)ArgMax.Of(scores);
            for (int c = 0; c < scores.Length; c++)
            {
                all[c * rows.Count + i] = scores[c];
            }
        });
        best.CopyTo(classes);
        all.CopyTo(probabilities);
    }

    /// <summary>Class probabilities of pixels, by ML.NET's own Transform.</summary>
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

    /// <summary>The features of rows as the trees see them, behind all transformers but the last.</summary>
    internal IReadOnlyList<float[]> Prepare(IReadOnlyList<float[]> rows)
    {
        IDataView view = context.Data.LoadFromEnumerable(rows.Select(row => new PixelRow { Features = row }), PixelRow.Schema(Description.FeatureNames.Count));
        foreach (ITransformer step in ((IEnumerable<ITransformer>)transformer).SkipLast(1))
        {
            view = step.Transform(view);
        }

        return [.. view.GetColumn<float[]>(nameof(PixelRow.Features))];
    }

    internal static MLContext CreateContext(int seed) => new(seed) { GpuDeviceId = null };

    private static Stream Create(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = EntryTime;
        return entry.Open();
    }
}
