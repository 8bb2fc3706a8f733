namespace IrrigationWatch.Classification;

/// <summary>How predictions compare with what is known: counts of true class by predicted class.</summary>
/// <param name="Classes">Names of the classes.</param>
/// <param name="Counts">Rows are true, columns predicted classes.</param>
public sealed record Confusion(IReadOnlyList<string> Classes, IReadOnlyList<IReadOnlyList<int>> Counts)
{
    /// <summary>Number of samples.</summary>
    public int Total => Counts.Sum(row => row.Sum());

    /// <summary>Share of samples whose class was predicted.</summary>
    public double OverallAccuracy => Total == 0 ? double.NaN : (double)Enumerable.Range(0, Classes.Count).Sum(i => Counts[i][i]) / Total;

    /// <summary>Agreement beyond chance: Cohen 1960, Educational and Psychological Measurement 20, 37–46.</summary>
    public double Kappa
    {
        get
        {
            double total = Total;
            double chance = Enumerable.Range(0, Classes.Count).Sum(i => Counts[i].Sum() / total * (Counts.Sum(row => row[i]) / total));
            return (OverallAccuracy - chance) / (1 - chance);
        }
    }

    /// <summary>Share of the samples predicted as a class that are of it.</summary>
    /// <param name="index">Position of the class.</param>
    /// <returns>Precision, or user's accuracy; NaN where none was predicted.</returns>
    public double Precision(int index) => (double)Counts[index][index] / Counts.Sum(row => row[index]);

    /// <summary>Share of the samples of a class that were predicted as it.</summary>
    /// <param name="index">Position of the class.</param>
    /// <returns>Recall, or producer's accuracy; NaN where there is none.</returns>
    public double Recall(int index) => (double)Counts[index][index] / Counts[index].Sum();

    /// <summary>Harmonic mean of precision and recall.</summary>
    /// <param name="index">Position of the class.</param>
    /// <returns>F1.</returns>
    public double F1(int index) => 2 * Precision(index) * Recall(index) / (Precision(index) + Recall(index));
}
