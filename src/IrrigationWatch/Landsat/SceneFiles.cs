using System.Globalization;
using System.Text;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>
/// The files of one product wherever it lies, by their names: a folder, an archive, a folder of another machine, the
/// assets of a STAC item.
/// </summary>
internal sealed class SceneFiles : IDisposable
{
    private readonly Dictionary<string, ContainedFile> files = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IDisposable> holds = [];

    private SceneFiles(string container) => Container = container;

    /// <summary>The path the user gave.</summary>
    internal string Container { get; }

    /// <summary>The STAC item that names the files, where they were found by one.</summary>
    internal StacItem? Item { get; private init; }

    /// <summary>The metadata file that the user gave, where its name does not tell that it is one; null else.</summary>
    internal ContainedFile? Metadata { get; private init; }

    /// <summary>All files.</summary>
    internal IReadOnlyCollection<ContainedFile> All => files.Values;

    /// <summary>Opens a product.</summary>
    /// <param name="path">A folder, one of a product's files, an archive, a STAC item, or an address of any of these.</param>
    /// <param name="scratch">Where compressed archives are unpacked; null for a space of this object's own.</param>
    /// <exception cref="InputException">There is no such product or it is damaged.</exception>
    internal static SceneFiles Open(string path, ScratchSpace? scratch)
    {
        SceneFiles? opened = null;
        try
        {
            if (SceneContainer.IsArchive(path) && !Directory.Exists(path))
            {
                MustExist(path);
                opened = new SceneFiles(path);
                if (scratch is null)
                {
                    scratch = new ScratchSpace();
                    opened.holds.Add(scratch);
                }

                var held = new List<IDisposable>();
                opened.Add(SceneContainer.List(path, scratch, held), null);
                // The folder is let go before the space that it lies in.
                opened.holds.InsertRange(0, held);
            }
            else if (StacDocument.IsCandidate(path) && (RemotePath.IsAddress(path) || !MetadataSignature.Is(path)))
            {
                StacItem item = StacDocument.Item(path);
                opened = new SceneFiles(path) { Item = item };
                opened.Add(Assets(item), null);
            }
            else if (Directory.Exists(path))
            {
                opened = new SceneFiles(path);
                opened.Add(Folder(path), null);
            }
            else
            {
                opened = OpenRest(path);
            }

            return opened;
        }
        catch
        {
            opened?.Dispose();
            throw;
        }
    }

    /// <summary>Files that were found already.</summary>
    internal static SceneFiles Of(string container, IEnumerable<ContainedFile> found, IEnumerable<IDisposable> holds)
    {
        var opened = new SceneFiles(container);
        foreach (ContainedFile file in found)
        {
            opened.files.TryAdd(file.FileName, file);
        }

        opened.holds.AddRange(holds);
        return opened;
    }

    /// <summary>A file by its name, in any case and with .TIF or .tiff, or null.</summary>
    internal ContainedFile? Find(string name) =>
        files.GetValueOrDefault(name) ?? (Path.HasExtension(name) && name.EndsWith(".TIF", StringComparison.OrdinalIgnoreCase) ? files.GetValueOrDefault(name + "F") : null);

    /// <summary>The only file whose name ends so, or null where there is none or more than one.</summary>
    internal ContainedFile? FindEnding(string ending)
    {
        ContainedFile[] found = [.. files.Values.Where(file => file.FileName.EndsWith(ending, StringComparison.OrdinalIgnoreCase)).Take(2)];
        return found.Length == 1 ? found[0] : null;
    }

    /// <summary>The error for a file of the product that GDAL cannot read, by the name that it has in the product.</summary>
    internal InputException Unreadable(GdalException e)
    {
        string name = files.Values.FirstOrDefault(file => file.Path == e.File)?.FileName ?? RemotePath.FileName(e.File);
        string remedy = VirtualFileSystem.IsRemote(e.File) ? RemoteAnswer.Remedy(e.File, e.Reason) : "download the product again";
        return IsWebPage(e.File)
            ? new InputException(Container, $"{name} is a web page and no raster, as servers send it where a login is missing; log in there and download the file again", e)
            : new InputException(Container, $"{name} cannot be read ({Reason(e)}); {remedy}", e);
    }

    /// <summary>True for a file that begins as HTML does.</summary>
    private static bool IsWebPage(string path)
    {
        try
        {
            using FileStream? file = File.Exists(path) ? File.OpenRead(path) : null;
            Span<byte> bytes = stackalloc byte[256];
            string begin = file is null ? string.Empty : Encoding.Latin1.GetString(bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)]).TrimStart('\uFEFF', ' ', '\r', '\n', '\t', 'ï', '»', '¿');
            return begin.StartsWith("<!DOCTYPE html", StringComparison.OrdinalIgnoreCase) || begin.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose() => holds.ForEach(hold => hold.Dispose());

    /// <summary>GDAL's message without the machine's own paths, which say nothing to a user.</summary>
    private static string Reason(GdalException e) => e.Reason.Replace(e.File, RemotePath.FileName(e.File), StringComparison.Ordinal).TrimEnd('.');

    private static void MustExist(string path)
    {
        if (!RemotePath.IsAddress(path) && !File.Exists(path))
        {
            throw new InputException(path, "no such file or folder; check the path");
        }
    }

    private static SceneFiles OpenRest(string path)
    {
        if (!RemotePath.IsAddress(path))
        {
            MustExist(path);
            string name = Path.GetFileName(path);
            if (!ProductFiles.IsMtl(name) && !ProductFiles.IsBand(name) && MetadataSignature.Is(path))
            {
                return OpenMetadata(path, name);
            }

            string? product = ProductFiles.IsMtl(name) || ProductFiles.IsBand(name)
                ? ProductFiles.ProductOf(name)
                : ProductFiles.Refusal(name) is string refusal ? throw new InputException(path, refusal)
                : throw new InputException(path, "is no Landsat product; give its folder, its MTL file, an archive (.tar, .zip, .tar.gz, .tgz) or a STAC item");
            var files = new SceneFiles(path);
            files.Add(TopFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, product), product);
            return files;
        }

        string gdal = RemotePath.ToGdal(path).TrimEnd('/');
        string last = RemotePath.FileName(gdal);
        bool isFile = ProductFiles.IsMtl(last) || ProductFiles.IsBand(last);
        string folder = isFile ? gdal[..gdal.LastIndexOf('/')] : gdal;
        var remote = new SceneFiles(path);
        remote.Add(RemoteFolder(path, folder), isFile ? ProductFiles.ProductOf(last) : null);
        return remote;
    }

    /// <summary>A metadata file of any name, with the files of its product that lie beside it.</summary>
    private static SceneFiles OpenMetadata(string path, string name)
    {
        string full = Path.GetFullPath(path);
        var given = new ContainedFile(name, full);
        string? product = MetadataSignature.ProductOf(full);
        var files = new SceneFiles(path) { Metadata = given };
        files.files.Add(name, given);
        if (product is not null)
        {
            files.Add(TopFolder(Path.GetDirectoryName(full)!, product).Where(file => ProductFiles.ProductOf(file.FileName) is not null), product);
        }

        return files;
    }

    /// <summary>Takes the files of a product; those of others, where several lie together, are left out.</summary>
    private void Add(IEnumerable<ContainedFile> found, string? product)
    {
        List<ContainedFile> all = [.. found];
        string[] products = [.. all.Where(file => ProductFiles.IsMtl(file.FileName) || ProductFiles.IsBand(file.FileName)).Select(file => ProductFiles.ProductOf(file.FileName)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
        if (products.Length > 1)
        {
            // A product of Level 2 may keep the MTL of its Level 1 beside it.
            product ??= Array.Find(products, id => all.Exists(file => ProductFiles.IsBand(file.FileName) && ProductFiles.ProductOf(file.FileName) == id)) is string only
                && products.Count(id => all.Exists(file => ProductFiles.IsBand(file.FileName) && string.Equals(ProductFiles.ProductOf(file.FileName), id, StringComparison.OrdinalIgnoreCase))) == 1 ? only
                : throw new InputException(Container, string.Create(CultureInfo.InvariantCulture, $"holds {products.Length} products ({products[0]}, {products[1]}…); give them one by one, by one of their files"));
            all.RemoveAll(file => ProductFiles.ProductOf(file.FileName) is string other && !string.Equals(other, product, StringComparison.OrdinalIgnoreCase));
        }

        foreach (ContainedFile file in all)
        {
            files.TryAdd(file.FileName, file);
        }
    }

    /// <summary>A product unpacked into a folder of its own, or one whose files lie in folders below.</summary>
    private static IEnumerable<ContainedFile> Folder(string folder) =>
        FolderListing.Products(folder).Select(file => new ContainedFile(Path.GetRelativePath(folder, file), file));

    private static IEnumerable<ContainedFile> TopFolder(string folder, string? product) =>
        FolderListing.Of(folder).OfProduct(product).Order(StringComparer.Ordinal).Select(file => new ContainedFile(Path.GetFileName(file), file));

    private static IEnumerable<ContainedFile> RemoteFolder(string path, string folder)
    {
        try
        {
            IReadOnlyList<string> names = VirtualFileSystem.List(folder + "/");
            if (names.Any(name => ProductFiles.IsPartOfProduct(RemotePath.FileName(name))))
            {
                return names.Select(name => new ContainedFile(name, $"{folder}/{name}"));
            }
        }
        catch (GdalException)
        {
            // Many servers list no folders; their files are there all the same.
        }

        if (ProductId.FindIn(RemotePath.FileName(folder)) is not string text)
        {
            throw new InputException(path, "holds no Landsat product that can be listed; give the folder of one product, named by its product id, or a STAC item");
        }

        ProductId id = ProductId.Parse(text, path);
        ContainedFile[] files = [.. BandRoles.Of(id).Select(role => ProductMetadata.FileNameOf(id, role)).Append($"{id}_MTL.txt")
            .Select(name => new ContainedFile(name, $"{folder}/{name}")).Where(file => VirtualFileSystem.Exists(file.Path))];
        return files.Length > 0 ? files : throw new InputException(path, $"none of the files of {id} can be read there; check the address, the connection and the credentials");
    }

    /// <summary>Files of an item; one that lies beside the item is taken from there rather than fetched.</summary>
    private static IEnumerable<ContainedFile> Assets(StacItem item)
    {
        string? folder = RemotePath.IsAddress(item.Document) ? null : Path.GetDirectoryName(Path.GetFullPath(item.Document));
        foreach ((_, string address, string? s3) in item.AllAssets())
        {
            string name = RemotePath.FileName(address);
            if (name.Length == 0 || !ProductFiles.IsWanted(name))
            {
                continue;
            }

            string? beside = folder is null ? null : Path.Combine(folder, name);
            if (beside is not null && File.Exists(beside))
            {
                yield return new ContainedFile(name, beside);
                continue;
            }

            // USGS's own server asks for a login, its bucket for credentials; the bucket can be read by a program.
            bool needsLogin = address.Contains("landsatlook.usgs.gov", StringComparison.OrdinalIgnoreCase);
            yield return new ContainedFile(name, RemotePath.ToGdal(needsLogin && s3 is not null ? s3 : address));
        }
    }
}
