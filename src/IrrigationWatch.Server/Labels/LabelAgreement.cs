namespace IrrigationWatch.Server.Labels;

/// <summary>How far labellers agree.</summary>
/// <param name="First">One labeller.</param>
/// <param name="Second">Another.</param>
/// <param name="Points">Points that both labelled.</param>
/// <param name="Agreement">Share of them with the same class, 0 to 1.</param>
/// <param name="Kappa">Cohen's kappa, −1 to 1 (Cohen 1960, Educational and Psychological Measurement 20, 37–46); NaN where chance alone would give full agreement.</param>
internal sealed record LabelAgreement(string First, string Second, int Points, double Agreement, double Kappa)
{
    /// <summary>Compares each two labellers that share points.</summary>
    internal static IReadOnlyList<LabelAgreement> Of(IReadOnlyList<GivenLabel> labels)
    {
        string[] names = [.. labels.Select(label => label.Labeller).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, string>[] maps = [.. names.Select(name => labels.Where(label => label.Labeller == name).ToDictionary(label => label.Point, label => label.Class))];
        var pairs = new List<LabelAgreement>();
        for (int i = 0; i < names.Length; i++)
        {
            for (int j = i + 1; j < names.Length; j++)
            {
                (string A, string B)[] both = [.. maps[i].Where(pair => maps[j].ContainsKey(pair.Key)).Select(pair => (pair.Value, maps[j][pair.Key]))];
                if (both.Length > 0)
                {
                    double agreed = both.Count(pair => pair.A == pair.B) / (double)both.Length;
                    double chance = both.Select(pair => pair.A).Distinct().Sum(name => both.Count(pair => pair.A == name) / (double)both.Length * (both.Count(pair => pair.B == name) / (double)both.Length));
                    pairs.Add(new LabelAgreement(names[i], names[j], both.Length, agreed, chance < 1 ? (agreed - chance) / (1 - chance) : double.NaN));
                }
            }
        }

        return pairs;
    }
}
