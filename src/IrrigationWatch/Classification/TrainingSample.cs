namespace IrrigationWatch.Classification;

/// <summary>One labelled pixel of one year.</summary>
/// <param name="Class">The class's name.</param>
/// <param name="Year">The year.</param>
/// <param name="X">Easting of the pixel's centre in the grid's CRS.</param>
/// <param name="Y">Northing of it.</param>
/// <param name="Features">Values in the order of the training set's names; NaN where there was no observation.</param>
public sealed record TrainingSample(string Class, int Year, double X, double Y, float[] Features)
{
    /// <summary>Country it lies in; empty where no zones were given or it lies in none.</summary>
    public string Country { get; init; } = string.Empty;

    /// <summary>The sensors that saw its year, as the feature stack names them; empty where it does not.</summary>
    public string Sensors { get; init; } = string.Empty;

    /// <summary>Position of its label in the labels' file; pixels of one polygon share it.</summary>
    public int Label { get; init; }
}
