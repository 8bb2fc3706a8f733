namespace IrrigationWatch.Workflow;

/// <summary>Tells of a step by its name how far it is.</summary>
internal sealed class StepProgress(string name, IProgress<RunProgress>? progress) : IProgress<double>
{
    public void Report(double value) => progress?.Report(new RunProgress(name, value));
}
