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

    /// <summary>Counts pairs of true and predicted classes.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="pairs">The pairs.</param>
    /// <returns>The confusion.</returns>
    public static Confusion Of(IReadOnlyList<string> classes, IEnumerable<(string True, string Predicted)> pairs)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(pairs);
        Dictionary<string, int> position = classes.Select((name, i) => (name, i)).ToDictionary(item => item.name, item => item.i, StringComparer.Ordinal);
        int[][] counts = [.. classes.Select(_ => new int[classes.Count])];
        foreach ((string actual, string predicted) in pairs)
        {
            counts[position[actual]][position[predicted]]++;
        }

        return new Confusion(classes, counts);
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

    /// <summary>The same for a few classes taken together, such as all that count as irrigated: F1 of being one of them.</summary>
    /// <param name="isOne">Whether a class is one of them.</param>
    /// <returns>F1; NaN where there are none.</returns>
    public double F1(Func<string, bool> isOne)
    {
        ArgumentNullException.ThrowIfNull(isOne);
        int both = 0;
        int either = 0;
        for (int i = 0; i < Classes.Count; i++)
        {
            for (int j = 0; j < Classes.Count; j++)
            {
                both += isOne(Classes[i]) && isOne(Classes[j]) ? Counts[i][j] : 0;
                either += (isOne(Classes[i]) ? Counts[i][j] : 0) + (isOne(Classes[j]) ? Counts[i][j] : 0);
            }
        }

        return either == 0 ? double.NaN : 2.0 * both / either;
    }
}
