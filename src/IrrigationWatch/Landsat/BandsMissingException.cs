namespace IrrigationWatch.Landsat;

/// <summary>The metadata of a product can be read, but none of its reflective bands is there: nothing can be computed of it, but what it is can be told.</summary>
public sealed class BandsMissingException : InputException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The product as the user gave it.</param>
    /// <param name="metadata">What its metadata say.</param>
    /// <param name="found">Bands of it that are there.</param>
    /// <param name="problem">What is wrong and what to do about it; null where the bands just are not there.</param>
    /// <param name="cause">Why they cannot be read, if that is it.</param>
    public BandsMissingException(string file, ProductMetadata metadata, IReadOnlyList<BandRole> found, string? problem = null, Exception? cause = null)
        : base(file, problem ?? $"holds none of the reflective bands of {IdOf(metadata)}; download the product again", cause)
    {
        ArgumentNullException.ThrowIfNull(found);
        Metadata = metadata;
        Found = found;
    }

    /// <summary>What the metadata say.</summary>
    public ProductMetadata Metadata { get; }

    /// <summary>Bands that are there.</summary>
    public IReadOnlyList<BandRole> Found { get; }

    /// <summary>Bands that are not there: those that the metadata name, or where they name none those that a whole product has.</summary>
    public IReadOnlyList<BandRole> Missing
    {
        get
        {
            IEnumerable<BandRole> named = Metadata.Declared.Count > 0 ? Metadata.Declared : Metadata.Source == "STAC" ? Metadata.Files.Keys : [];
            BandRole[] whole = [.. BandRoles.Of(Metadata.Id)];
            BandRole[] declared = [.. whole.Intersect(named)];
            return [.. (declared.Length > 0 ? declared : whole).Except(Found)];
        }
    }

    private static ProductId IdOf(ProductMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.Id;
    }
}
