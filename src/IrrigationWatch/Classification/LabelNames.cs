using System.Globalization;
using IrrigationWatch.Areas;

namespace IrrigationWatch.Classification;

/// <summary>Names of classes in labels: one class has one name, however its labellers wrote it, and options mean classes that there are.</summary>
internal static class LabelNames
{
    /// <summary>A name as it is held against others: without blanks around it, and with one between words.</summary>
    internal static string Plain(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Labels whose names that differ in blanks and capitals alone are one: the commonest spelling.</summary>
    internal static IReadOnlyList<Label> Unite(IReadOnlyList<Label> labels)
    {
        Dictionary<string, string> spelling = labels.GroupBy(label => Plain(label.Class), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.GroupBy(label => Plain(label.Class), StringComparer.Ordinal).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).First().Key, StringComparer.OrdinalIgnoreCase);
        return [.. labels.Select(label => label with { Class = spelling[Plain(label.Class)] })];
    }

    /// <summary>
    /// Fits labels and options to each other: classes get the spelling of the options. Refuses options that name a class which no label has, as it would
    /// count for nothing without a word, and labels of which one is a slip of the pen for another, as they would be a class of their own.
    /// </summary>
    /// <param name="labels">The labels.</param>
    /// <param name="file">Their file.</param>
    /// <param name="options">The options.</param>
    /// <returns>The labels, and options that name classes as these do.</returns>
    /// <exception cref="InputException">A name matches nothing, or nearly another.</exception>
    internal static (IReadOnlyList<Label> Labels, TrainerOptions Options) Check(IReadOnlyList<Label> labels, string file, TrainerOptions options)
    {
        labels = Unite(labels);
        var named = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in options.IrrigatedClasses.Concat(options.ClassWeights.Keys))
        {
            named.TryAdd(Plain(name), name);
        }

        labels = [.. labels.Select(label => named.TryGetValue(label.Class, out string? name) ? label with { Class = name } : label)];
        HashSet<string> classes = [.. labels.Select(label => label.Class)];
        string held = NameMatch.Counted(labels.Select(label => label.Class));
        MustBeNoSlips(labels, file, options);
        string[] irrigatedClasses = [.. options.IrrigatedClasses.Select(name => named[Plain(name)]).Distinct(StringComparer.Ordinal)];
        // That none counts as irrigated has a message of its own.
        if (irrigatedClasses.Any(classes.Contains) && irrigatedClasses.FirstOrDefault(name => !classes.Contains(name)) is string irrigated)
        {
            throw new InputException(file, $"has no label of the class '{irrigated}', which is to count as irrigated; its labels are {held}: correct the name, or leave it out of --irrigated (model: irrigated:)");
        }

        var weights = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach ((string name, double weight) in options.ClassWeights)
        {
            string spelled = named[Plain(name)];
            if (!classes.Contains(spelled))
            {
                throw new InputException(file, $"has no label of the class '{name}', which is given a weight; its labels are {held}: correct the name, or leave it out of model: weights:");
            }

            if (!weights.TryAdd(spelled, weight))
            {
                throw new InputException(file, $"has one class '{spelled}', which is given two weights; leave one of them out of model: weights:");
            }
        }

        return (labels, options with { IrrigatedClasses = irrigatedClasses, ClassWeights = weights });
    }

    /// <summary>Refuses a class that is a slip of the pen for a commoner one, or for one that the options name.</summary>
    private static void MustBeNoSlips(IReadOnlyList<Label> labels, string file, TrainerOptions options)
    {
        HashSet<string> wanted = [.. options.IrrigatedClasses.Concat(options.ClassWeights.Keys)];
        (string Name, int Count)[] counted = [.. labels.GroupBy(label => label.Class, StringComparer.Ordinal).Select(group => (group.Key, group.Count())).OrderByDescending(pair => wanted.Contains(pair.Key)).ThenByDescending(pair => pair.Item2).ThenBy(pair => pair.Key, StringComparer.Ordinal)];
        for (int i = 1; i < counted.Length; i++)
        {
            if (!wanted.Contains(counted[i].Name) && NameMatch.Meant(counted[i].Name, counted.Take(i).Select(pair => pair.Name)) is string meant)
            {
                throw new InputException(file, string.Create(CultureInfo.InvariantCulture, $"has {counted[i].Count} labels '{counted[i].Name}' and {counted.First(pair => pair.Name == meant).Count} labels '{meant}', of which one looks like a slip of the pen; write '{meant}' where that is meant, and where they are two classes give them names that differ in more than that, or in a digit"));
            }
        }
    }
}
