using System.IO.Enumeration;
using IrrigationWatch.Features;

namespace IrrigationWatch.Classification;

/// <summary>Which features of a stack a model is trained on.</summary>
internal static class FeatureChoice
{
    /// <summary>Picks features by name, <c>*</c> for any letters, in the order of the stack.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="patterns">Names and patterns; empty for all but counts of observations.</param>
    /// <exception cref="InputException">A pattern fits no feature.</exception>
    internal static string[] Choose(FeatureStack stack, IReadOnlyList<string> patterns)
    {
        string? unknown = patterns.FirstOrDefault(pattern => !stack.Names.Any(name => Fits(pattern, name)));
        return unknown is null
            ? [.. stack.Names.Where(name => patterns.Count == 0 ? !FeatureSet.IsCount(name) : patterns.Any(pattern => Fits(pattern, name)))]
            : throw new InputException(stack.Path, $"has no feature '{unknown}' (it has {string.Join(", ", stack.Names)}); correct --use (model: features:)");
    }

    private static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
