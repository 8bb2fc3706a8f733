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
                new FolderSearch(found).Search(new DirectoryInfo(path));
            }
            else if (StacDocument.IsCandidate(path) && (RemotePath.IsAddress(path) || File.Exists(path)))
            {
                Add(found, StacDocument.Items(RemotePath.IsAddress(path) ? path : Path.GetFullPath(path)).Select(item => new SceneSource(item, SceneStamp.Of(item))));
            }
            else if (RemotePath.IsAddress(path) && !SceneContainer.IsArchive(path))
            {
                Add(found, FindRemote(path));
            }
            else
            {
                // A file that is missing or no product is reported by name when it is opened.
                string full = RemotePath.IsAddress(path) ? path : Path.GetFullPath(path);
                Add(found, [new SceneSource(full, SceneStamp.Of(full))]);
            }
        }

        return found.Count > 0 ? [.. found.Values] : throw new InputException(string.Join(", ", paths), "hold no Landsat product (.tar, .zip, .tar.gz, .tgz, a folder with *_MTL.txt, .json or .xml, or a STAC item); check 'scenes'");
    }

    /// <summary>Finds scenes of a stack that is no product of USGS.</summary>
    /// <param name="paths">Folders, archives, patterns and addresses.</param>
    /// <param name="stack">How the stack is read.</param>
    /// <param name="scratch">Space for compressed archives.</param>
    /// <returns>Each scene once, in a fixed order; an archive that cannot be searched is one source with its cause.</returns>
    /// <exception cref="InputException">A pattern matches nothing, or nothing is found.</exception>
    public static IReadOnlyList<SceneSource> Find(IReadOnlyList<string> paths, StackDescription stack, ScratchSpace scratch)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(scratch);
        var found = new SortedDictionary<string, SceneSource>(StringComparer.Ordinal);
        foreach (string path in PathPatterns.Expand(paths))
        {
            string full = RemotePath.IsAddress(path) ? path : Path.GetFullPath(path);
            try
            {
                IReadOnlyList<string> scenes = Directory.Exists(full) || RemotePath.IsAddress(full) || SceneContainer.IsArchive(full)
                    ? StackReader.Find(full, stack, scratch)
                    : [full];
                Add(found, scenes.Select(scene => new SceneSource(scene, SceneStamp.Of(scene), stack)));
            }
            catch (InputException e) when (e is not ScratchSpaceException)
            {
                Add(found, [new SceneSource(full, string.Empty, stack) { Error = e.Problem }]);
            }
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
        return new SceneSource(path, SceneStamp.Of(path), stack);
    }

    private static void Add(SortedDictionary<string, SceneSource> found, IEnumerable<SceneSource> sources)
    {
        foreach (SceneSource source in sources)
        {
            found.TryAdd(source.Path, source);
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
        return archives.Concat(folders).Select(product => new SceneSource(product, SceneStamp.Of(product)));
    }
}
