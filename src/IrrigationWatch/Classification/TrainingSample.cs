namespace IrrigationWatch.Classification;

/// <summary>One labelled pixel of one year.</summary>
/// <param name="Class">The class's name.</param>
/// <param name="Year">The year.</param>
/// <param name="X">Easting of the pixel's centre in the grid's CRS.</param>
/// <param name="Y">Northing of it.</param>
/// <param name="Features">Values in the order of the training set's names; NaN where there was no observation.</param>
public sealed record TrainingSample(string Class, int Year, double X, double Y, float[] Features);
