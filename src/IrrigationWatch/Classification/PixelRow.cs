using Microsoft.ML;
using Microsoft.ML.Data;

namespace IrrigationWatch.Classification;

/// <summary>A row as ML.NET sees it.</summary>
internal sealed class PixelRow
{
    public string Label { get; set; } = string.Empty;

    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;

    /// <summary>The schema with the number of features, which ML.NET must know beforehand.</summary>
    internal static SchemaDefinition Schema(int features)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(PixelRow));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return schema;
    }

    internal static IDataView ToView(MLContext context, IReadOnlyList<TrainingSample> samples, int features, TrainerOptions options)
    {
        IReadOnlyDictionary<string, float> weights = options.WeightsOf(samples);
        return context.Data.LoadFromEnumerable(samples.Select(sample => new PixelRow { Label = sample.Class, Features = sample.Features, Weight = weights[sample.Class] }), Schema(features));
    }
}
