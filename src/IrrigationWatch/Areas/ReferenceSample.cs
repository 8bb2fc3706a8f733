namespace IrrigationWatch.Areas;

/// <summary>A sample of places of known class, by which maps are assessed.</summary>
/// <param name="File">Where it came from.</param>
/// <param name="Points">The points that have a class.</param>
/// <param name="Unlabelled">Points that were drawn and have no class yet.</param>
public sealed record ReferenceSample(string File, IReadOnlyList<ReferencePoint> Points, int Unlabelled)
{
    /// <summary>Names that the sample's own fields have; <c>sample</c> writes them.</summary>
    internal const string StratumField = "stratum";

    /// <summary>Hectares of the stratum.</summary>
    internal const string StratumAreaField = "stratum_ha";

    /// <summary>Probability with which the point was drawn.</summary>
    internal const string InclusionField = "inclusion_probability";
}
