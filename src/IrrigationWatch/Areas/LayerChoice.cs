using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Areas;

/// <summary>Which layers of a vector file are read. Never one of several without a word.</summary>
internal static class LayerChoice
{
    /// <summary>Formats in which layers are the folders of one collection.</summary>
    internal static readonly string[] FoldersAreLayers = ["KML", "LIBKML"];

    /// <summary>Tables that programs put beside the layers of a user.</summary>
    private static readonly string[] OfPrograms = ["layer_styles", "qgis_projects"];

    /// <summary>Chooses layers.</summary>
    /// <param name="source">The file.</param>
    /// <param name="named">Name of a layer, or several with commas between; null where the user named none.</param>
    /// <param name="request">What is looked for.</param>
    /// <param name="holds">Whether a layer holds geometries that are wanted, where it does not say so itself.</param>
    /// <param name="warn">Receives what was left aside.</param>
    /// <exception cref="InputException">There is no such layer, or there are several that fit.</exception>
    internal static IReadOnlyList<VectorLayer> Choose(VectorSource source, string? named, VectorRequest request, Func<VectorLayer, bool> holds, Action<string> warn)
    {
        if (named is not null)
        {
            return Named(source, named);
        }

        if (source.Layers.Count == 1)
        {
            return source.Layers;
        }

        VectorLayer[] filled = [.. source.Layers.Where(layer => layer.Count != 0)];
        VectorLayer[] fitting = [.. filled.Where(layer => (layer.Kinds & request.Kinds) != 0 && (layer.Kinds != VectorKinds.Any || holds(layer)))];
        if (fitting.Length == 0)
        {
            fitting = [.. filled.Where(layer => layer.Kinds == VectorKinds.None && holds(layer))];
        }

        if (fitting.Length == 0)
        {
            throw new InputException(source.Path, $"has no layer that holds {request.KindsInWords} to use as {request.What} ({Describe(source.Layers)}); give a file that does");
        }

        if (fitting.Length > 1 && !FoldersAreLayers.Contains(source.Format))
        {
            VectorLayer[] withFields = [.. fitting.Where(layer => request.Fields.All(field => layer.FieldNames.Contains(field, StringComparer.OrdinalIgnoreCase)))];
            fitting = request.Fields.Count > 0 && withFields.Length == 1 ? withFields : throw new InputException(source.Path, $"has several layers that may be the {request.What}: {Describe(source.Layers)}; name one as {source.Path}:{fitting[0].Name}, or with --layer, or several with commas between");
        }

        VectorLayer[] aside = [.. filled.Except(fitting).Where(layer => !OfPrograms.Contains(layer.Name))];
        if (aside.Length > 0)
        {
            warn($"the {request.What} are read from {(fitting.Length == 1 ? "layer" : "layers")} {Describe(fitting)}; left aside: {Describe(aside)}");
        }

        return fitting;
    }

    private static VectorLayer[] Named(VectorSource source, string named)
    {
        VectorLayer? Find(string name) => source.Layers.FirstOrDefault(layer => layer.Name == name) ?? source.Layers.FirstOrDefault(layer => layer.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        // A name may hold commas itself.
        string[] names = Find(named) is not null ? [named] : named.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. names.Select(name => Find(name) ?? throw new InputException(source.Path, $"has no layer '{name}'; use one of {Describe(source.Layers)}")).Distinct()];
    }

    private static string Describe(IEnumerable<VectorLayer> layers) =>
        string.Join(", ", layers.Select(layer => string.Create(CultureInfo.InvariantCulture, $"'{layer.Name}' ({(layer.Kinds == VectorKinds.None ? "table" : layer.GeometryName)}, {layer.Count} {(layer.Count == 1 ? "feature" : "features")})")));
}
