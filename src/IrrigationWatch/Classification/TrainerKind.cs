namespace IrrigationWatch.Classification;

/// <summary>The learning method.</summary>
public enum TrainerKind
{
    /// <summary>Gradient-boosted trees: LightGBM, Ke et al. 2017.</summary>
    LightGbm,

    /// <summary>Random forest: ML.NET's FastForest, one against all.</summary>
    FastForest,
}
