using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>
/// Finds Landsat products below paths, here and on other machines: archives, folders with a product's files, several
/// products in one folder, STAC items, collections and search results.
/// </summary>
public static class SceneDiscovery
{
    /// <summary>Finds products of USGS.</summary>
    /// <param name="paths">Folders, archives, files, patterns, addresses and STAC documents.</param>
    /// <returns>Each product once, in a fixed order.</returns>
    /// <exception cref="InputException">A pattern matches nothing, a STAC document cannot be read, or nothing is found.</exception>
    public static IReadOnlyList<SceneSource> Find(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var found = new SortedDictionary<string, SceneSource>(StringComparer.Ordinal);
        foreach (string path in PathPatterns.Expand(paths))
        {
            if (Directory.Exists(path))
            {
                Walk(new DirectoryInfo(path), found);
            }
            else if (StacDocument.IsCandidate(path) && (RemotePath.IsAddress(path) || File.Exists(path)))
            {
                Add(found, StacDocument.Items(RemotePath.IsAddress(path) ? path : Path.GetFullPath(path)).Select(item => new SceneSource(item, StampOf(item))));
            }
            else if (RemotePath.IsAddress(path) && !SceneContainer.IsArchive(path))
            {
                Add(found, FindRemote(path));
            }
            else
            {
                // A file that is missing or no product is reported by name when it is opened.
                string full = RemotePath.IsAddress(path) ? path : Path.GetFullPath(path);
                Add(found, [new SceneSource(full, StampOf(full))]);
            }
        }

        return found.Count > 0 ? [.. found.Values] : throw new InputException(string.Join(", ", paths), "hold no Landsat product (.tar, .zip, .tar.gz, .tgz, a folder with *_MTL.txt, .json or .xml, or a STAC item); check 'scenes'");
    }

    /// <summary>Finds scenes of a stack that is no product of USGS.</summary>
    /// <param name="paths">Folders, archives, patterns and addresses.</param>
    /// <param name="stack">How the stack is read.</param>
    /// <param name="scratch">Space for compressed archives.</param>
    /// <returns>Each scene once, in a fixed order.</returns>
    /// <exception cref="InputException">A path is missing or damaged, or nothing is found.</exception>
    public static IReadOnlyList<SceneSource> Find(IReadOnlyList<string> paths, StackDescription stack, ScratchSpace scratch)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(scratch);
        var found = new SortedDictionary<string, SceneSource>(StringComparer.Ordinal);
        foreach (string path in PathPatterns.Expand(paths))
        {
            string full = RemotePath.IsAddress(path) ? path : Path.GetFullPath(path);
            IReadOnlyList<string> scenes = Directory.Exists(full) || RemotePath.IsAddress(full) || SceneContainer.IsArchive(full)
                ? StackReader.Find(full, stack, scratch)
                : [full];
            Add(found, scenes.Select(scene => new SceneSource(scene, StampOf(scene), stack)));
        }

        return found.Count > 0 ? [.. found.Values] : throw new InputException(string.Join(", ", paths), $"hold no scene of '{stack.Name}', whose names match '{stack.Scene}'; check the path and the description");
    }

    /// <summary>A scene that was found before: where it is now and whether it has changed.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="stack">The description it is read by; null for products of USGS.</param>
    /// <returns>The source; its stamp is empty where it is gone.</returns>
    public static SceneSource Locate(string path, StackDescription? stack)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SceneSource(path, StampOf(path), stack);
    }

    private static void Add(SortedDictionary<string, SceneSource> found, IEnumerable<SceneSource> sources)
    {
        foreach (SceneSource source in sources)
        {
            found.TryAdd(source.Path, source);
        }
    }

    /// <summary>Size and time of change: of an archive, of the files of a product, of the document of an item.</summary>
    private static string StampOf(string path)
    {
        if (RemotePath.IsAddress(path))
        {
            return SceneContainer.IsArchive(path) ? VirtualFileSystem.EntityTag(RemotePath.ToGdal(path)) ?? path : path;
        }

        int separator = path.LastIndexOf('#');
        string file = separator >= 0 && !File.Exists(path) ? path[..separator] : path;
        if (Directory.Exists(file))
        {
            var folder = new DirectoryInfo(file);
            bool flat = folder.EnumerateFiles().Any(member => ProductFiles.IsBand(member.Name));
            return StampOf(folder.EnumerateFiles("*", flat ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories));
        }

        if (!File.Exists(file))
        {
            return string.Empty;
        }

        // An item of a search stands for its document; a file of a product for all of the product's files beside it.
        string? product = separator >= 0 && file != path || SceneContainer.IsArchive(file) ? null : ProductFiles.ProductOf(Path.GetFileName(file));
        return product is null
            ? StampOf([new FileInfo(file)])
            : StampOf(new DirectoryInfo(Path.GetDirectoryName(Path.GetFullPath(file))!).EnumerateFiles(product + "*"));
    }

    private static string StampOf(IEnumerable<FileInfo> files) =>
        Digest.OfTexts(files.OrderBy(file => file.FullName, StringComparer.Ordinal).Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}")));

    /// <summary>Takes the products of a folder and of those below; names the products whose metadata were found without bands.</summary>
    private static void Walk(DirectoryInfo folder, SortedDictionary<string, SceneSource> found)
    {
        FileInfo[] files = [.. folder.EnumerateFiles()];
        foreach (FileInfo archive in files.Where(file => SceneContainer.IsArchive(file.Name)))
        {
            found.TryAdd(archive.FullName, new SceneSource(archive.FullName, StampOf([archive])));
        }

        IGrouping<string, FileInfo>[] products =
        [
            .. files.Where(file => ProductFiles.IsMtl(file.Name) || ProductFiles.IsBand(file.Name))
                .GroupBy(file => ProductFiles.ProductOf(file.Name) ?? string.Empty, StringComparer.OrdinalIgnoreCase).Where(product => product.Key.Length > 0 || product.Any(file => ProductFiles.IsMtl(file.Name))),
        ];
        IGrouping<string, FileInfo>[] whole = [.. products.Where(product => product.Any(file => ProductFiles.IsBand(file.Name)))];
        if (whole.Length > 1)
        {
            foreach (IGrouping<string, FileInfo> product in whole)
            {
                string first = (product.FirstOrDefault(file => ProductFiles.IsMtl(file.Name)) ?? product.OrderBy(file => file.Name, StringComparer.Ordinal).First()).FullName;
                found.TryAdd(first, new SceneSource(first, StampOf(first)));
            }
        }
        else if (products.Length > 0)
        {
            found.TryAdd(folder.FullName, new SceneSource(folder.FullName, StampOf(folder.FullName)));
        }
        else
        {
            Add(found, files.Where(file => StacDocument.IsCandidate(file.Name) && StacDocument.IsStac(file.FullName))
                .SelectMany(file => StacDocument.Items(file.FullName)).Select(item => new SceneSource(item, StampOf(item))));
        }

        if (products.Length > 0 && whole.Length == 0)
        {
            // Metadata here, bands below: one product.
            return;
        }

        foreach (DirectoryInfo below in folder.EnumerateDirectories())
        {
            Walk(below, found);
        }
    }

    private static IEnumerable<SceneSource> FindRemote(string path)
    {
        string last = RemotePath.FileName(path.TrimEnd('/'));
        if (ProductFiles.IsMtl(last) || ProductFiles.IsBand(last) || ProductId.FindIn(last) is not null)
        {
            return [new SceneSource(path, path)];
        }

        IReadOnlyList<string> names;
        try
        {
            names = VirtualFileSystem.List(RemotePath.ToGdal(path).TrimEnd('/') + "/");
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be listed ({e.Reason}); check the address, the connection and the credentials, or give a STAC document", e);
        }

        string root = path.TrimEnd('/');
        IEnumerable<string> archives = names.Where(SceneContainer.IsArchive).Select(name => $"{root}/{name}");
        IEnumerable<string> folders = names.Where(name => ProductFiles.IsPartOfProduct(RemotePath.FileName(name)))
            .Select(name => name.LastIndexOf('/') is int slash and >= 0 ? $"{root}/{name[..slash]}" : root).Distinct(StringComparer.Ordinal);
        return archives.Concat(folders).Select(product => new SceneSource(product, StampOf(product)));
    }
}
