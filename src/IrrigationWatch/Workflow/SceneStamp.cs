using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>What changes when a scene's files change, without reading them: sizes and times of last change, or what a server says.</summary>
internal static class SceneStamp
{
    /// <summary>The stamp of what a path names: an archive, the files of a product, the document of an item. Empty where it is not there.</summary>
    internal static string Of(string path)
    {
        if (RemotePath.IsAddress(path))
        {
            return SceneContainer.IsArchive(path) ? VirtualFileSystem.EntityTag(RemotePath.ToGdal(path)) ?? path : path;
        }

        (string file, string? part) = MemberPath.Split(path);
        if (Directory.Exists(file))
        {
            return Of(FolderListing.Products(file));
        }

        if (!File.Exists(file))
        {
            return string.Empty;
        }

        // An item of a search stands for its document; a file of a product for all of the product's files beside it.
        string? product = part is not null || SceneContainer.IsArchive(file) ? null : ProductFiles.ProductOf(Path.GetFileName(file));
        return product is null ? Of([file]) : Of(FolderListing.Of(Path.GetDirectoryName(Path.GetFullPath(file))!).OfProduct(product));
    }

    private static string Of(IEnumerable<string> files) =>
        Digest.OfTexts(files.Order(StringComparer.Ordinal).Select(file => new FileInfo(file)).Where(file => file.Exists)
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}")));
}
