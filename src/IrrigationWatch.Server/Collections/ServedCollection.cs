namespace IrrigationWatch.Server.Collections;

/// <summary>A collection of features that is served. Its document is opened at once and indexed when it is first asked for.</summary>
internal sealed class ServedCollection : IDisposable
{
    private const string TimeProperty = "datetime";
    private const string YearProperty = "year";

    private readonly FeatureSource? source;
    private readonly Lock gate = new();
    private volatile FeatureFile? features;

    /// <summary>Prepares a collection.</summary>
    /// <param name="id">Its name in addresses.</param>
    /// <param name="title">What it is called.</param>
    /// <param name="description">What its features are.</param>
    /// <param name="source">Its document; belongs to the collection from then on.</param>
    internal ServedCollection(string id, string title, string description, FeatureSource source)
    {
        Id = id;
        Title = title;
        Description = description;
        this.source = source;
    }

    /// <summary>Prepares a collection that was read already.</summary>
    /// <param name="id">Its name in addresses.</param>
    /// <param name="title">What it is called.</param>
    /// <param name="description">What its features are.</param>
    /// <param name="features">Its features; belong to the collection from then on.</param>
    internal ServedCollection(string id, string title, string description, FeatureFile features)
    {
        Id = id;
        Title = title;
        Description = description;
        this.features = features;
    }

    /// <summary>Its name in addresses.</summary>
    internal string Id { get; }

    /// <summary>What it is called.</summary>
    internal string Title { get; }

    /// <summary>What its features are.</summary>
    internal string Description { get; }

    /// <summary>The box of all features.</summary>
    internal required Box Extent { get; init; }

    /// <summary>The time of all features; null where they have none.</summary>
    internal required Moment? Interval { get; init; }

    /// <summary>Whether its features have a time.</summary>
    internal bool HasTime => Interval is not null;

    /// <summary>The features.</summary>
    /// <exception cref="InputException">The document is damaged.</exception>
    internal FeatureFile Features
    {
        get
        {
            if (features is null)
            {
                lock (gate)
                {
                    features ??= FeatureFile.Read(source!);
                }
            }

            return features;
        }
    }

    /// <summary>Names that filters may use.</summary>
    internal IEnumerable<string> Queryables =>
    [
        .. Features.Column("id") is null ? ["id"] : Array.Empty<string>(),
        "geometry",
        .. HasTime && Features.Column(TimeProperty) is null ? [TimeProperty] : Array.Empty<string>(),
        .. Features.Columns.Select(column => column.Name),
    ];

    /// <summary>The time of a feature: its property <c>datetime</c>, or its year; null where it has neither.</summary>
    internal Moment? TimeOf(int row)
    {
        if (Features.Column(TimeProperty)?.Text(row) is string text && Moment.TryParse(text, out Moment moment))
        {
            return moment;
        }

        double year = Features.Column(YearProperty)?.Number(row) ?? double.NaN;
        return double.IsNaN(year) ? null : Moment.OfYear((int)year);
    }

    public void Dispose()
    {
        source?.Dispose();
        features?.Dispose();
    }
}
