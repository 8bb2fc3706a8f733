using System.Collections;
using System.Reflection;
using IrrigationWatch.Kernels;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;

namespace IrrigationWatch.Classification;

/// <summary>
/// Takes the trees, calibrators and replacements for missing features out of an ML.NET model. Two things ML.NET does not
/// make public are read by reflection: the sub-models of a one-versus-all model, and where a missing feature goes in a tree
/// of LightGBM; <see cref="CompiledClassifier"/> compares what comes of it with ML.NET's own answers.
/// </summary>
internal sealed class EnsembleReader
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private EnsembleReader(IReadOnlyList<IReadOnlyList<DecisionTree>> classes, (double Slope, double Offset)[]? calibration)
    {
        Classes = classes;
        Calibration = calibration;
    }

    /// <summary>The trees of each class.</summary>
    internal IReadOnlyList<IReadOnlyList<DecisionTree>> Classes { get; }

    /// <summary>Platt's calibration of each class, whose probabilities are made to add up to one; null for softmax of the sums.</summary>
    internal (double Slope, double Offset)[]? Calibration { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="transformer">The last transformer of a model.</param>
    /// <exception cref="NotSupportedException">The model is of a kind that is not known here, with the reason.</exception>
    internal static EnsembleReader Read(ITransformer transformer)
    {
        object model = Get(transformer, "Model");
        if (model is not OneVersusAllModelParameters)
        {
            throw new NotSupportedException($"the model is a {model.GetType().Name}, not one of trees for each class");
        }

        string formula = Get(model, "_impl").GetType().Name;
        object[] subs = [.. ((IEnumerable)Get(model, "SubModelParameters")).Cast<object>()];
        var classes = subs.Select(sub => Trees(HiddenValue(sub, "SubModel") ?? sub)).ToArray();
        return formula switch
        {
            "ImplSoftmax" => new EnsembleReader(classes, null),
            "ImplDist" => new EnsembleReader(classes, [.. subs.Select(Calibrator)]),
            _ => throw new NotSupportedException($"its classes are put together by {formula}"),
        };
    }

    private static (double Slope, double Offset) Calibrator(object sub) => HiddenValue(sub, "Calibrator") is PlattCalibrator platt
        ? (platt.Slope, platt.Offset)
        : throw new NotSupportedException("a class is not calibrated by a sigmoid");

    private static DecisionTree[] Trees(object model) => model switch
    {
        TreeEnsembleModelParametersBasedOnRegressionTree trees => [.. trees.TrainedTreeEnsemble.Trees.Select(Tree)],
        TreeEnsembleModelParametersBasedOnQuantileRegressionTree trees => [.. trees.TrainedTreeEnsemble.Trees.Select(Tree)],
        _ => throw new NotSupportedException($"a class is a {model.GetType().Name}, which is no ensemble of trees"),
    };

    private static DecisionTree Tree(RegressionTreeBase tree)
    {
        int nodes = tree.NumberOfNodes;
        if (tree.CategoricalSplitFlags.Take(nodes).Any(flag => flag))
        {
            throw new NotSupportedException("a tree splits by categories");
        }

        // ML.NET's trees of one leaf are worth nothing, whatever the leaf says.
        if (nodes == 0 || tree.LeftChild[0] == 0)
        {
            return new DecisionTree([], [], [], [], [], [0]);
        }

        var defaults = (float[]?)HiddenValue(Get(tree, "_tree"), "DefaultValueForMissing");
        return new DecisionTree(
            [.. tree.NumericalSplitFeatureIndexes.Take(nodes)],
            [.. tree.NumericalSplitThresholds.Take(nodes)],
            [.. Enumerable.Range(0, nodes).Select(node => defaults is not null && defaults[node] <= tree.NumericalSplitThresholds[node])],
            [.. tree.LeftChild.Take(nodes)],
            [.. tree.RightChild.Take(nodes)],
            [.. tree.LeafValues.Take(nodes + 1)]);
    }

    private static object Get(object from, string name) => HiddenValue(from, name) ?? throw new NotSupportedException($"{from.GetType().Name} has no {name} in this version of ML.NET");

    private static object? HiddenValue(object from, string name)
    {
        for (Type? type = from.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty(name, Hidden | BindingFlags.DeclaredOnly) is PropertyInfo property)
            {
                return property.GetValue(from);
            }

            if (type.GetField(name, Hidden | BindingFlags.DeclaredOnly) is FieldInfo field)
            {
                return field.GetValue(from);
            }
        }

        return null;
    }
}
