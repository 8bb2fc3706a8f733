using System.Globalization;
using System.Text;
using IrrigationWatch.Classification;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>The samples of a training as CSV, with the fold each was left out in and what was predicted of it there, for other tools.</summary>
public static class SampleTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="path">Where.</param>
    /// <param name="training">The training.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, ModelTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        Dictionary<TrainingSample, HeldOut> held = (training.ByBlocks?.Samples ?? []).ToDictionary<HeldOut, TrainingSample>(sample => sample.Sample, ReferenceEqualityComparer.Instance);
        var text = new StringBuilder("class,year,x,y,country,sensors,block,fold,predicted,probability,").AppendJoin(',', training.Set.FeatureNames.Select(CsvTable.Text)).Append('\n');
        foreach (TrainingSample sample in training.Set.Samples)
        {
            HeldOut? fold = held.GetValueOrDefault(sample);
            text.Append(CultureInfo.InvariantCulture, $"{CsvTable.Text(sample.Class)},{sample.Year},{sample.X:0.###},{sample.Y:0.###},{CsvTable.Text(sample.Country)},{CsvTable.Text(sample.Sensors)},{fold?.Group},{fold?.Fold},{CsvTable.Text(fold?.Predicted ?? string.Empty)},{fold?.Probability:0.######}");
            foreach (float value in sample.Features)
            {
                text.Append(CultureInfo.InvariantCulture, $",{(float.IsNaN(value) ? string.Empty : value.ToString("R", CultureInfo.InvariantCulture))}");
            }

            text.Append('\n');
        }

        AtomicFile.WriteText(path, text.ToString());
    }
}
