namespace IrrigationWatch.Landsat;

/// <summary>
/// The files of a folder by the product they belong to. Of a folder with many files the listing is kept, so that ten
/// thousand products unpacked into one folder are not searched for ten thousand times.
/// </summary>
internal sealed class FolderListing
{
    private const int Many = 500;

    private static readonly EnumerationOptions WholeTree = new() { RecurseSubdirectories = true, MaxRecursionDepth = 10, AttributesToSkip = 0, IgnoreInaccessible = false };

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private static readonly Lock Gate = new();
    private static FolderListing? last;

    private readonly string folder;
    private readonly DateTime changed;
    private readonly ILookup<string, string> byProduct;

    private FolderListing(string folder, DateTime changed)
    {
        this.folder = folder;
        this.changed = changed;
        string[] names = [.. new DirectoryInfo(folder).EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];
        Count = names.Length;
        byProduct = names.ToLookup(name => ProductFiles.ProductOf(name) ?? string.Empty, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Number of files.</summary>
    internal int Count { get; }

    /// <summary>Full paths of the files of a folder and of those below, in a fixed order; links that lead round in circles are followed a few times at most.</summary>
    internal static IEnumerable<string> Tree(string folder) => Directory.EnumerateFiles(folder, "*", WholeTree).Order(StringComparer.Ordinal);

    /// <summary>Full paths of the files of a folder that holds products: those in it, or all below where the bands are not in it.</summary>
    internal static IEnumerable<string> Products(string folder) =>
        Directory.EnumerateFiles(folder).Any(file => ProductFiles.IsBand(Path.GetFileName(file))) ? Of(folder).OfProduct(null).Order(StringComparer.Ordinal) : Tree(folder);

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">Its full path.</param>
    internal static FolderListing Of(string folder)
    {
        DateTime changed = Directory.GetLastWriteTimeUtc(folder);
        lock (Gate)
        {
            if (last is not null && last.folder == folder && last.changed == changed)
            {
                return last;
            }
        }

        var listing = new FolderListing(folder, changed);
        // A file may come within the same tick of the clock as the last one that was seen; such a listing is not kept.
        if (listing.Count >= Many && DateTime.UtcNow - changed > Settled)
        {
            lock (Gate)
            {
                last = listing;
            }
        }

        return listing;
    }

    /// <summary>Full paths of a product's files, and of those whose name says no product.</summary>
    /// <param name="product">The product; null for all files.</param>
    internal IEnumerable<string> OfProduct(string? product) =>
        (product is null ? byProduct.SelectMany(group => group) : byProduct[product].Concat(product.Length == 0 ? [] : byProduct[string.Empty])).Select(name => Path.Combine(folder, name));
}
