using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>Opens Landsat Collection 2 products of Level 1 and Level 2, U.S. ARD tiles, and stacks of other makers.</summary>
public static class SceneReader
{
    private const long LargestMetadata = 16 << 20;

    /// <summary>Files that are looked into for metadata that nobody named so.</summary>
    private const int MostRenamed = 64;

    private static readonly string[] MtlKinds = ["txt", "json", "xml"];

    /// <summary>Opens a product and checks that its bands fit together. No pixels are read.</summary>
    /// <param name="path">
    /// A folder, one of a product's files, a .tar, .zip, .tar.gz or .tgz, a STAC item (in a collection of items: the file,
    /// <c>#</c> and the item's id), or an address of any of these (<c>https://</c>, <c>s3://</c>, <c>/vsi*</c>).
    /// </param>
    /// <param name="scratch">Space into which compressed archives are unpacked; null for the system's temporary folder.</param>
    /// <param name="stack">The description by which a stack that is no product of USGS is read; null for products.</param>
    /// <returns>The scene.</returns>
    /// <exception cref="InputException">There is no such product, it is damaged, or it is of a kind that is not read.</exception>
    public static Scene Open(string path, ScratchSpace? scratch = null, StackDescription? stack = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return stack is null ? OpenProduct(path, scratch) : StackReader.Open(path, stack, scratch);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && e is not GdalException))
        {
            throw new InputException(path, $"cannot be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); check the file and its permissions", e);
        }
    }

    private static Scene OpenProduct(string path, ScratchSpace? scratch)
    {
        SceneFiles files = SceneFiles.Open(path, scratch);
        try
        {
            return Read(files);
        }
        catch (GdalException e)
        {
            files.Dispose();
            throw files.Unreadable(e);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static Scene Read(SceneFiles files)
    {
        (ProductMetadata metadata, ContainedFile? file) = ReadMetadata(files);
        ProductId id = metadata.Id;
        var found = new SortedDictionary<BandRole, ContainedFile>();
        foreach (BandRole role in BandRoles.Of(id))
        {
            string usual = ProductMetadata.FileNameOf(id, role);
            string declared = metadata.Files.GetValueOrDefault(role, usual);
            ContainedFile? band = files.Find(declared) ?? files.Find(usual) ?? files.FindEnding($"_{ProductMetadata.SuffixOf(id, role)}.TIF");
            // An item names files that may never have been fetched.
            bool isThere = files.Item is null || band is null || VirtualFileSystem.IsRemote(band.Path) || VirtualFileSystem.Exists(band.Path);
            if (band is not null && isThere && (!role.IsReflective() || metadata.Scaling.ContainsKey(role)))
            {
                found.Add(role, band);
            }
        }

        if (!found.Keys.Any(role => role.IsReflective()))
        {
            throw new BandsMissingException(files.Container, metadata, [.. found.Keys], metadata.Source == "file names" ? null
                : $"holds none of the reflective bands of {id}, only its metadata; download the product again");
        }

        ProductConsistency.CheckNames(files.Container, id, found);

        return new Scene(files)
        {
            Metadata = metadata,
            MetadataFile = file,
            Grid = FindGrid(files, metadata, found),
            Bands = new SortedDictionary<BandRole, SceneBand>(found.ToDictionary(
                pair => pair.Key,
                pair => new SceneBand(pair.Key, pair.Value.FileName, pair.Value.Path, pair.Key.IsReflective() ? metadata.Scaling[pair.Key] : default))),
        };
    }

    /// <summary>The best metadata there are: an MTL of any kind, else a STAC item, else the product id in the file names.</summary>
    private static (ProductMetadata Metadata, ContainedFile? File) ReadMetadata(SceneFiles files)
    {
        if (files.Item is StacItem item)
        {
            ProductMetadata own = item.ReadMetadata();
            return own.IsComplete ? (own, null) : Complete(own, files);
        }

        InputException? damage = null;
        foreach (ContainedFile file in MtlFiles(files))
        {
            try
            {
                ProductMetadata read = ReadMtl(file, files.Container);
                CompareOthers(read, file, files);
                return (read, file);
            }
            catch (InputException e) when (e.Problem.Contains("download it again", StringComparison.Ordinal))
            {
                // A damaged MTL in one format does no harm where another holds the same.
                damage ??= e;
            }
        }

        if (damage is not null)
        {
            throw damage;
        }

        foreach (ContainedFile file in files.All.Where(file => file.FileName.EndsWith("stac.json", StringComparison.OrdinalIgnoreCase)).OrderBy(file => file.FileName, StringComparer.Ordinal))
        {
            if (ReadItem(file, files.Container) is ProductMetadata metadata)
            {
                return (metadata, file);
            }
        }

        string? text = files.All.Where(file => ProductFiles.IsBand(file.FileName) || RemotePath.FileName(file.FileName).EndsWith(".TIF", StringComparison.OrdinalIgnoreCase)).Select(file => ProductId.FindIn(file.FileName)).FirstOrDefault(id => id is not null);
        return text is null
            ? throw new InputException(files.Container, "holds no Landsat product: no *_MTL.txt, .json or .xml, no STAC item, and no bands named by their product id; give the folder or archive of one whole product")
            : (ProductMetadata.FromId(ProductId.Parse(text, files.Container), files.Container), null);
    }

    /// <summary>Compares what the other metadata files of the product say; those of other machines would each cost a request.</summary>
    private static void CompareOthers(ProductMetadata metadata, ContainedFile read, SceneFiles files)
    {
        foreach (ContainedFile file in MtlFiles(files).Where(file => file != read && !VirtualFileSystem.IsRemote(file.Path)))
        {
            ProductMetadata other;
            try
            {
                other = ReadMtl(file, files.Container);
            }
            catch (InputException)
            {
                // One that cannot be read does no harm where another holds the same.
                continue;
            }

            ProductConsistency.Compare(metadata, other, files.Container);
        }
    }

    /// <summary>What a STAC item leaves open stands in the MTL that it names, where that can be read.</summary>
    private static (ProductMetadata Metadata, ContainedFile? File) Complete(ProductMetadata own, SceneFiles files)
    {
        ContainedFile? mtl = MtlFiles(files).FirstOrDefault();
        try
        {
            return mtl is null ? (Sufficient(null), null) : (ReadMtl(mtl, files.Container), mtl);
        }
        catch (InputException e)
        {
            return (Sufficient(e), null);
        }

        ProductMetadata Sufficient(InputException? cause) => own.Id.IsLevel2
            ? own
            : throw new InputException(files.Container, $"the scaling of Level 1 stands in the MTL of {own.Id}, which {(cause is null ? "the STAC item does not name" : $"cannot be read ({cause.Problem})")}; put it beside the item", cause);
    }

    private static IEnumerable<ContainedFile> MtlFiles(SceneFiles files) =>
        files.Metadata is ContainedFile given ? [given]
        : NamedMtlFiles(files).ToArray() is { Length: > 0 } named ? named
        : files.Item is not null ? []
        : RenamedMtlFiles(files);

    /// <summary>Metadata whose names do not tell it, of the product that the bands are of: another's may lie in the same folder.</summary>
    private static IEnumerable<ContainedFile> RenamedMtlFiles(SceneFiles files)
    {
        string[] products = [.. files.All.Where(file => ProductFiles.IsBand(file.FileName)).Select(file => ProductFiles.ProductOf(file.FileName)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
        return files.All.Where(file => MetadataSignature.IsCandidate(file.FileName)).OrderBy(file => file.FileName, StringComparer.Ordinal).Take(MostRenamed)
            .Where(file => MetadataSignature.Is(file.Path) && (products.Length == 0 || products.Contains(MetadataSignature.ProductOf(file.Path) ?? string.Empty, StringComparer.OrdinalIgnoreCase)));
    }

    private static IEnumerable<ContainedFile> NamedMtlFiles(SceneFiles files) =>
        MtlKinds.SelectMany(kind => files.All.Where(file => ProductFiles.IsMtl(file.FileName) && file.FileName.EndsWith("." + kind, StringComparison.OrdinalIgnoreCase)));

    private static ProductMetadata ReadMtl(ContainedFile file, string container)
    {
        string place = container.EndsWith(file.FileName, StringComparison.Ordinal) ? container : $"{container}/{file.FileName}";
        try
        {
            Mtl mtl = Mtl.Parse(VirtualFileSystem.ReadAllBytes(file.Path, LargestMetadata), place);
            return ProductMetadata.FromMtl(mtl, "MTL." + mtl.Kind);
        }
        catch (GdalException e)
        {
            throw new InputException(place, $"cannot be read ({e.Reason}); download it again", e);
        }
    }

    private static ProductMetadata? ReadItem(ContainedFile file, string container)
    {
        try
        {
            using var json = System.Text.Json.JsonDocument.Parse(VirtualFileSystem.ReadAllBytes(file.Path, LargestMetadata));
            return StacItem.TryRead(json.RootElement, $"{container}/{file.FileName}")?.ReadMetadata() is { Scaling.Count: > 0 } metadata ? metadata : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static Grid FindGrid(SceneFiles files, ProductMetadata metadata, IReadOnlyDictionary<BandRole, ContainedFile> bands)
    {
        bool isRemote = bands.Values.All(band => VirtualFileSystem.IsRemote(band.Path));
        if (metadata is { Source: "STAC", Grid: Grid declared } && isRemote)
        {
            // Files of other machines are not opened before they are needed; when they are, their size is compared.
            return declared;
        }

        try
        {
            return FindGrid(files.Container, metadata, bands);
        }
        catch (GdalException e) when (isRemote)
        {
            InputException unreadable = files.Unreadable(e);
            throw new BandsMissingException(unreadable.File, metadata, [], unreadable.Problem, e);
        }
    }

    private static Grid FindGrid(string container, ProductMetadata metadata, IReadOnlyDictionary<BandRole, ContainedFile> bands)
    {
        Grid? grid = null;
        string? first = null;
        foreach ((BandRole role, ContainedFile band) in bands)
        {
            using Dataset dataset = Dataset.Open(band.Path);
            ProductConsistency.CheckType(container, role, band, dataset.Band(1).Type);
            using SpatialReference? reference = dataset.GetSpatialReference();
            Grid? own = reference is not null && dataset.GeoTransform is not null ? Grid.Of(dataset) : null;
            if (grid is null)
            {
                first = band.FileName;
                grid = own ?? FromMetadata(metadata, container, dataset);
            }
            else if (dataset.Width != grid.Width || dataset.Height != grid.Height)
            {
                throw new InputException(container, $"{band.FileName} has {dataset.Width} × {dataset.Height} pixels but {first} has {grid.Width} × {grid.Height}; download the product again");
            }
            else if (own is not null && !ProductConsistency.IsSamePlace(own, grid))
            {
                throw new InputException(container, $"{band.FileName} does not lie where {first} does ({own} and {grid}); one is damaged, download the product again");
            }
        }

        return grid!;
    }

    /// <summary>Cut-outs written without georeference say in their metadata where they lie.</summary>
    private static Grid FromMetadata(ProductMetadata metadata, string container, Dataset dataset)
    {
        Grid declared = metadata.Grid
            ?? throw new InputException(container, "its bands have no georeference and its metadata name no UTM grid; georeference the bands");
        return declared.Width == dataset.Width && declared.Height == dataset.Height
            ? declared
            : throw new InputException(container, $"its bands have no georeference, and their {dataset.Width} × {dataset.Height} pixels are not the {declared.Width} × {declared.Height} of the metadata; download the product again");
    }
}
