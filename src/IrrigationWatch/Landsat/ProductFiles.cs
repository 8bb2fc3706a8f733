using System.Text.RegularExpressions;

namespace IrrigationWatch.Landsat;

/// <summary>Which files belong to a Landsat product, by the names that USGS gives them.</summary>
internal static partial class ProductFiles
{
    /// <summary>True for an MTL of any kind.</summary>
    internal static bool IsMtl(string name) => Metadata().IsMatch(name);

    /// <summary>True for a band of reflectance or the QA of one.</summary>
    internal static bool IsBand(string name) => Band().IsMatch(name);

    /// <summary>True for a file that shows that a Landsat product is there: its MTL, or a band with a product id in its name.</summary>
    internal static bool IsPartOfProduct(string name) => IsMtl(name) || (IsBand(name) && ProductId.FindIn(name) is not null);

    /// <summary>
    /// True for files that may be of use. Left out are the thermal bands, view angles, pictures and bands of a product that
    /// nothing is computed from, which are nearly half of its bytes; what is no product of USGS is taken whole.
    /// </summary>
    internal static bool IsWanted(string name) => !Unused().IsMatch(name);

    /// <summary>The product that a file belongs to: the identifier that its name begins with, else what stands before <c>_MTL</c>; null where the name does not say.</summary>
    internal static string? ProductOf(string name)
    {
        if (ProductId.FindIn(name) is string id)
        {
            return id;
        }

        return Metadata().Match(name) is { Success: true, Index: > 0 } match ? name[..match.Index] : null;
    }

    /// <summary>Why a file that is named as a product cannot be one: an archive of a kind that is not read, a download that broke off; null for all other names.</summary>
    internal static string? Refusal(string name) =>
        ProductId.FindIn(name) is null ? null
        : Unfinished().IsMatch(name) ? "is a download that was not finished; finish it or remove it"
        : Foreign().IsMatch(name) ? "is an archive of a kind that is not read; unpack it, or pack it as .tar or .zip"
        : null;

    [GeneratedRegex(@"(^|_)MTL\.(txt|json|xml)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Metadata();

    [GeneratedRegex(@"_(SR_B[1-7]|B[1-7]|QA_PIXEL|QA_RADSAT|SR_QA_AEROSOL|SR_CLOUD_QA|SZA)\.(TIF|TIFF)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Band();

    [GeneratedRegex(@"\.(part|partial|crdownload|download|filepart|aria2|tmp|opdownload)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\.(rar|tar\.(lz|lzma|Z))$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Foreign();

    [GeneratedRegex(@"^L[A-Z]\d\d_.*(_(ST_[A-Z0-9]+|SR_ATMOS_OPACITY|B8|B9|B10|B11|B6_VCID_\d|GM_[A-Z0-9_]+|VAA|VZA|SAA)\.(TIF|TIFF)|_ANG\.txt|_GCP\.txt|\.jpe?g)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Unused();
}
