using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>Opens rasters by the names that users give them, and says what a file holds where a name is not enough.</summary>
internal static class RasterName
{
    /// <summary>How GDAL names a raster within a file.</summary>
    private static readonly string[] Prefixes = ["NETCDF:", "HDF4_SDS:", "HDF4_EOS:", "HDF5:", PagePrefix];

    /// <summary>Of a page of a TIFF, whose number stands behind it.</summary>
    private const string PagePrefix = "GTIFF_DIR:";

    /// <summary>Whether there is something by this name; what lies on another machine is not asked for.</summary>
    internal static bool Exists(string name) => IsGdals(name) || System.IO.Path.Exists(name) || Split(name) is not null;

    /// <summary>The name by which GDAL opens it.</summary>
    /// <exception cref="InputException">There is no such file, or no such raster within it; those that there are are listed.</exception>
    /// <exception cref="GdalException">The file cannot be opened.</exception>
    internal static string Resolve(string name)
    {
        if (IsGdals(name) || System.IO.Path.Exists(name))
        {
            return name;
        }

        (string file, string variable) = Split(name) ?? throw new InputException(name, "no such file; check the path");
        using Dataset whole = Dataset.Open(file);
        IReadOnlyList<(string Name, string Description)> parts = whole.Parts;
        if (parts.Count == 0 && Enumerable.Range(1, whole.BandCount).Any(band => whole.Band(band).GetMetadata("NETCDF_VARNAME") == variable))
        {
            // The only variable, called by its name.
            return file;
        }

        string[] found = [.. parts.Select(part => part.Name).Where(part => VariableOf(part) == variable || part.EndsWith(":" + variable, StringComparison.Ordinal))];
        return found.Length == 1
            ? found[0]
            : throw new InputException(file, parts.Count == 0 ? $"holds one raster and no variable '{variable}'; name the file alone" : $"holds {(found.Length == 0 ? "no" : "several rasters named")} '{variable}'{(found.Length == 0 ? string.Empty : ",")} but {Listed(file, parts)}");
    }

    /// <summary>Opens a raster for reading.</summary>
    /// <exception cref="InputException">There is no such raster, or the file holds several and the name says not which.</exception>
    /// <exception cref="GdalException">It cannot be opened.</exception>
    internal static Dataset Open(string name)
    {
        Dataset dataset = Dataset.Open(Resolve(name));
        IReadOnlyList<(string Name, string Description)> parts = dataset.Parts;
        if (dataset.BandCount > 0 && (parts.Count < 2 || IsGdals(name)))
        {
            return dataset;
        }

        // Of several pages or variables GDAL shows the first at most.
        using (dataset)
        {
            throw new InputException(name, parts.Count == 0 ? "holds no raster; give a file of pixels" : $"holds several rasters: {Listed(name, parts)}");
        }
    }

    /// <summary>The file in which the raster lies.</summary>
    internal static string FileOf(string name) => System.IO.Path.Exists(name) || Split(name) is not { } part ? name : part.File;

    /// <summary>What identifies a change of it: the digest of its file, with the name of the part that is meant.</summary>
    internal static string DigestOf(string name) => FileOf(name) is string file && file != name ? $"{Digest.OfFile(file)}:{name[(file.Length + 1)..]}" : Digest.OfFile(name);

    private static string Listed(string file, IReadOnlyList<(string Name, string Description)> parts) =>
        $"{string.Join(", ", parts.Select(part => $"{VariableOf(part.Name)} ({part.Description})"))}; name one of them as {file}:{VariableOf(parts[0].Name)}";

    /// <summary>What stands behind the file in GDAL's name of a part.</summary>
    private static string VariableOf(string part) =>
        part.StartsWith(PagePrefix, StringComparison.OrdinalIgnoreCase) ? part.Split(':')[1] : part[(part.LastIndexOfAny([':', '/']) + 1)..];

    private static bool IsGdals(string name) => name.StartsWith("/vsi", StringComparison.Ordinal) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static (string File, string Variable)? Split(string name)
    {
        int colon = name.LastIndexOf(':');
        return colon > 0 && colon < name.Length - 1 && File.Exists(name[..colon]) ? (name[..colon], name[(colon + 1)..]) : null;
    }
}
