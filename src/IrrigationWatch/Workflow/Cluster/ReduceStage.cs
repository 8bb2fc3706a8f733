namespace IrrigationWatch.Workflow.Cluster;

/// <summary>Parts of joining that many machines can do at the same time, in this order, before one does the rest.</summary>
public enum ReduceStage
{
    /// <summary>Joins the features of years from pieces; each year alone.</summary>
    Join,

    /// <summary>Trains the model; once, when the years of its labels are joined.</summary>
    Model,

    /// <summary>Classifies years; each alone, when the model is there.</summary>
    Classify,
}
