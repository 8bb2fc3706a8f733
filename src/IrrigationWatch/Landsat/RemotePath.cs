using System.Text.RegularExpressions;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>Addresses of other machines and stores, as users and STAC items write them, as the paths by which GDAL reads them.</summary>
public static partial class RemotePath
{
    private static readonly (string Scheme, string Prefix)[] Stores =
    [
        ("s3://", "/vsis3/"), ("gs://", "/vsigs/"), ("az://", "/vsiaz/"), ("abfs://", "/vsiadls/"), ("oss://", "/vsioss/"), ("swift://", "/vsiswift/"),
    ];

    /// <summary>True for an address or a <c>/vsi*</c> path, which must not be taken for a path relative to a folder.</summary>
    /// <param name="path">A path as the user gave it.</param>
    /// <returns>Whether it is absolute in this sense.</returns>
    public static bool IsAddress(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith("/vsi", StringComparison.Ordinal) || path.Contains("://", StringComparison.Ordinal);
    }

    /// <summary>The path by which GDAL reads an address.</summary>
    /// <param name="path"><c>https://…</c>, <c>http://…</c>, <c>s3://…</c>, <c>gs://…</c>, <c>file://…</c>, or a path, which stays as it is.</param>
    /// <returns>A plain or <c>/vsi*</c> path. Assets of the Planetary Computer are signed by GDAL on the way.</returns>
    public static string ToGdal(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
        {
            return new Uri(path).LocalPath;
        }

        if (path.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || path.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            var address = new Uri(path);
            bool unsigned = address.Host.EndsWith(RemoteAnswer.PlanetaryComputerHost, StringComparison.OrdinalIgnoreCase) && address.Host.StartsWith("landsat", StringComparison.OrdinalIgnoreCase) && address.Query.Length == 0;
            return unsigned
                ? $"/vsicurl?pc_url_signing=yes&pc_collection=landsat-c2-l2&url={Uri.EscapeDataString(path)}"
                : "/vsicurl/" + path;
        }

        foreach ((string scheme, string prefix) in Stores)
        {
            if (path.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return prefix + path[scheme.Length..];
            }
        }

        return path;
    }

    /// <summary>The file's name, without folders; of an address without a query, of a path without the part of the file that it names.</summary>
    /// <param name="address">An address or path.</param>
    /// <returns>For example <c>LC08_…_SR_B4.TIF</c>.</returns>
    public static string FileName(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string path = IsAddress(address) ? Query().Replace(address, string.Empty) : MemberPath.Split(address).File;
        return path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
    }

    /// <summary>An address or path given in a document, seen from that document's place.</summary>
    /// <param name="document">Where the document lies.</param>
    /// <param name="href">What it says.</param>
    /// <returns>An address, or an absolute or relative path.</returns>
    internal static string Resolve(string document, string href)
    {
        if (IsAddress(href) || Path.IsPathRooted(href))
        {
            return href;
        }

        if (document.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(document, UriKind.Absolute, out Uri? root))
        {
            return new Uri(root, href).AbsoluteUri;
        }

        string folder = document[..(document.LastIndexOf('/') + 1)];
        return folder.StartsWith("/vsi", StringComparison.Ordinal) ? folder + href.TrimStart('.', '/') : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(document))!, href));
    }

    [GeneratedRegex(@"[?#].*$", RegexOptions.CultureInvariant)]
    private static partial Regex Query();
}
