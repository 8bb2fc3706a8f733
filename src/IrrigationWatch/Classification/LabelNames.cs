using IrrigationWatch.Areas;

namespace IrrigationWatch.Classification;

/// <summary>Whether the classes that options name are those of the labels.</summary>
internal static class LabelNames
{
    /// <summary>Refuses options that name a class which no label has: it would count for nothing without a word.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="file">Their file.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InputException">A name matches nothing.</exception>
    internal static void Check(IReadOnlyList<Label> labels, string file, TrainerOptions options)
    {
        HashSet<string> classes = [.. labels.Select(label => label.Class)];
        string held = NameMatch.Counted(labels.Select(label => label.Class));
        // That none counts as irrigated has a message of its own.
        if (options.IrrigatedClasses.Any(classes.Contains) && options.IrrigatedClasses.FirstOrDefault(name => !classes.Contains(name)) is string irrigated)
        {
            throw new InputException(file, $"has no label of the class '{irrigated}', which is to count as irrigated; its labels are {held}: correct the name, or leave it out of model: irrigated: (--irrigated)");
        }

        if (options.ClassWeights.Keys.FirstOrDefault(name => !classes.Contains(name)) is string weighted)
        {
            throw new InputException(file, $"has no label of the class '{weighted}', which is given a weight; its labels are {held}: correct the name, or leave it out of model: weights:");
        }
    }
}
