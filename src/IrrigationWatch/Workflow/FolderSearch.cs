using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>
/// Finds the products of USGS below a folder of this machine: archives, folders of products, several products in one
/// folder, metadata above their bands, STAC documents. What looks like a product and is none is found too, so that it is
/// named with its cause when it is opened, and never missed in silence.
/// </summary>
internal sealed class FolderSearch(IDictionary<string, SceneSource> found)
{
    private readonly HashSet<string> linked = new(StringComparer.Ordinal);

    /// <summary>Searches a folder and those below.</summary>
    internal void Search(DirectoryInfo folder) => Search(folder, new HashSet<string>(StringComparer.OrdinalIgnoreCase));

    /// <param name="folder">The folder.</param>
    /// <param name="above">Products whose metadata lie above and whose bands lie here.</param>
    private void Search(DirectoryInfo folder, HashSet<string> above)
    {
        FileInfo[] files;
        DirectoryInfo[] below;
        try
        {
            files = [.. folder.EnumerateFiles()];
            below = [.. folder.EnumerateDirectories().Where(IsNew)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (MachineLimits.Behind(folder.FullName, e) is MachineLimitException limit)
            {
                throw limit;
            }

            Add(folder.FullName, $"cannot be listed ({e.Message.TrimEnd('.')}); check the folder and its permissions");
            return;
        }

        foreach (FileInfo file in files.Where(file => SceneContainer.IsArchive(file.Name) || ProductFiles.Refusal(file.Name) is not null))
        {
            Add(file.FullName);
        }

        Product[] products = [.. Products(files).Where(product => !above.Contains(product.Name))];
        HashSet<string> spread = new(StringComparer.OrdinalIgnoreCase);
        if (products.Length > 0)
        {
            spread = Take(folder, products, Array.Exists(files, file => ProductFiles.IsBand(file.Name)));
        }
        else
        {
            foreach (FileInfo file in files.Where(file => StacDocument.IsCandidate(file.Name)))
            {
                TakeDocument(file);
            }
        }

        spread.UnionWith(above);
        foreach (DirectoryInfo directory in below)
        {
            Search(directory, spread);
        }
    }

    private static IEnumerable<Product> Products(IEnumerable<FileInfo> files) => files
        .Where(file => ProductFiles.IsMtl(file.Name) || ProductFiles.IsBand(file.Name))
        .GroupBy(file => ProductFiles.ProductOf(file.Name) ?? string.Empty, StringComparer.OrdinalIgnoreCase)
        .Select(group => new Product(group.Key, [.. group.OrderBy(file => file.Name, StringComparer.Ordinal)]))
        .Where(product => product.Name.Length > 0 || product.Metadata is not null);

    /// <summary>Takes the products whose files lie in a folder; gives those whose bands lie below it.</summary>
    private HashSet<string> Take(DirectoryInfo folder, Product[] products, bool hasBands)
    {
        Product[] whole = [.. products.Where(product => product.HasBands)];
        Product[] bare = [.. products.Where(product => !product.HasBands)];
        // A product of Level 2 may keep the metadata of its Level 1 beside it.
        bare = [.. bare.Where(product => !Array.Exists(whole, other => other.IsSameScene(product)))];
        if (products.Length == 1 && (whole.Length == 1 || hasBands))
        {
            // Renamed by hand, the bands may not carry the name that the metadata do.
            Add(folder.FullName);
            return [];
        }

        if (whole.Length == 1 && bare.Length == 0)
        {
            Add(folder.FullName);
            return [];
        }

        foreach (Product product in whole)
        {
            Add(product.First);
        }

        HashSet<string> spread = new(StringComparer.OrdinalIgnoreCase);
        string[] bandsBelow = bare.Length == 0 ? [] : [.. FolderListing.Tree(folder.FullName).Select(Path.GetFileName).OfType<string>().Where(ProductFiles.IsBand).Select(name => ProductFiles.ProductOf(name) ?? string.Empty).Distinct(StringComparer.OrdinalIgnoreCase)];
        foreach (Product product in bare)
        {
            if (whole.Length == 0 && bandsBelow.Length == 1 && (bandsBelow[0].Length == 0 || bandsBelow[0].Equals(product.Name, StringComparison.OrdinalIgnoreCase)))
            {
                // Metadata here, bands below: one product.
                Add(folder.FullName);
                spread.UnionWith([product.Name, bandsBelow[0]]);
            }
            else
            {
                Add(product.First);
            }
        }

        return spread;
    }

    /// <summary>Takes the items of a STAC document. Other JSON is left alone; damaged JSON is named where its name says that it is STAC.</summary>
    private void TakeDocument(FileInfo file)
    {
        try
        {
            foreach (string item in StacDocument.IsStac(file.FullName) ? StacDocument.Items(file.FullName) : [])
            {
                Add(item);
            }
        }
        catch (InputException e) when (e.File != file.FullName)
        {
            Add(file.FullName, e.Message);
        }
        catch (InputException e)
        {
            if (ProductId.FindIn(file.Name) is not null || file.Name.Contains("stac", StringComparison.OrdinalIgnoreCase))
            {
                Add(file.FullName, e.Problem);
            }
        }
    }

    /// <summary>True unless a link leads to where the search has been or will be.</summary>
    private bool IsNew(DirectoryInfo directory)
    {
        if (directory.LinkTarget is null)
        {
            return true;
        }

        string? target = directory.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return target is not null && !directory.FullName.StartsWith(target.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal) && linked.Add(target);
    }

    private void Add(string path, string? error = null) =>
        found.TryAdd(path, error is null ? new SceneSource(path, SceneStamp.Of(path)) : new SceneSource(path, string.Empty) { Error = error });

    /// <summary>Files of one product in a folder.</summary>
    private sealed record Product(string Name, FileInfo[] Files)
    {
        internal FileInfo? Metadata => Array.Find(Files, file => ProductFiles.IsMtl(file.Name));

        internal bool HasBands => Array.Exists(Files, file => ProductFiles.IsBand(file.Name));

        internal string First => (Metadata ?? Files[0]).FullName;

        /// <summary>Same sensor, tile and day, whichever level and processing.</summary>
        internal bool IsSameScene(Product other) => Scene() is string scene && scene == other.Scene();

        private string? Scene() => Name.Split('_') is { Length: >= 4 } parts ? $"{parts[0]}_{parts[2]}_{parts[3]}".ToUpperInvariant() : null;
    }
}
