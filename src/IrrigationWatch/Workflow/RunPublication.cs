using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Workflow;

/// <summary>The last steps of a run: what is published of its maps, each part only where something of it has changed.</summary>
internal sealed class RunPublication(RunConfiguration configuration, RunFolder folder, StepRunner steps, CancellationToken cancel)
{
    private readonly List<string> files = [];

    /// <summary>Files that were published, relative to the output folder.</summary>
    internal IReadOnlyList<string> Files => files;

    /// <summary>Publishes the maps of the years, and returns the area table.</summary>
    internal IReadOnlyList<AreaRow> Write(IReadOnlyCollection<int> years, ModelDescription model, RunInputs inputs)
    {
        ModelClass[] irrigated = [.. model.Classes.Where(c => c.IsIrrigated)];
        var options = new PublicationOptions
        {
            Name = configuration.Name,
            Zones = inputs.Zones,
            ZonesFile = configuration.Zones!,
            Counted = new ClassValues("irrigated", [.. irrigated.Select(c => (double)c.Value)]) { OtherNames = [.. irrigated.Select(c => c.Name)] },
            CountsOutside = inputs.Area is not null,
            Formats = configuration.Publish,
            Source = configuration.Source,
            Waters = configuration.Waters,
            WaterValues = model.Classes.FirstOrDefault(c => c.Name.Equals("water", StringComparison.OrdinalIgnoreCase)) is ModelClass water ? new ClassValues(water.Name, [water.Value]) : null,
            Elevation = configuration.Features.Ancillary.Where(raster => raster.Key == "elevation").Select(raster => raster.Value).FirstOrDefault(),
            LeastObserved = configuration.LeastObserved,
            Simplify = configuration.Simplify,
            Reference = inputs.Reference,
            Texts = configuration.Texts,
        };
        PublishedMap[] maps = [.. years.Select(year => new PublishedMap(year, folder.File(RunFolder.YearFile(year, "irrigated.tif")), folder.File(RunFolder.YearFile(year, "probability.tif")),
        [
            new StacAsset("probability", folder.File(RunFolder.YearFile(year, "probability.tif")), "probability of irrigation, scaled by 10 000", StacAsset.Cog),
            new StacAsset("observations", folder.File(RunFolder.YearFile(year, "observations.tif")), "number of clear observations by season", StacAsset.Cog),
            new StacAsset("features", folder.File(RunFolder.YearFile(year, "features.tif")), "features of the year", StacAsset.Cog),
            new StacAsset("novelty", folder.File(RunFolder.YearFile(year, "novelty.tif")), "share of features outside of the range in training", StacAsset.Cog),
        ]))];
        string common = Digest.OfTexts(
        [
            FeatureStep.PipelineVersion, "publication", configuration.Name, configuration.Source, configuration.Texts.Code, Number(configuration.LeastObserved), Number(configuration.Simplify), (inputs.Area is not null).ToString(),
            Digest.OfFile(configuration.Zones!), configuration.ZoneName, configuration.CountryField ?? string.Empty,
            .. new[] { configuration.Area, configuration.Assessment, configuration.Waters, options.Elevation }.Select(file => file is null ? string.Empty : Digest.OfFile(file)),
            .. steps.Steps.SelectMany(step => step.Outputs.Values).Select(output => output.Digest),
        ]);
        foreach (PublicationPart part in Publication.Parts(folder.Root, maps, options, steps.Warn, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            steps.Run(part.Name, Digest.OfTexts([common, part.Name, .. part.Files]), part.Files, _ => part.Write());
            files.AddRange(part.Files);
        }

        return AreaCsv.Read(folder.File("area.csv"));
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
