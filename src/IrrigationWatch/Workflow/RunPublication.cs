using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>The last steps of a run: what is published of its maps, each part only where something of it has changed.</summary>
internal sealed class RunPublication(RunConfiguration configuration, RunFolder folder, StepRunner steps, CancellationToken cancel)
{
    /// <summary>Goes up when zones of the same files come out otherwise: areas are made again then, and no hours of work.</summary>
    private const string EdgesVersion = "edges 2";

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
            Encoding = configuration.Encoding,
            WaterValues = model.Classes.FirstOrDefault(c => c.Name.Equals("water", StringComparison.OrdinalIgnoreCase)) is ModelClass water ? new ClassValues(water.Name, [water.Value]) : null,
            Elevation = configuration.Features.Ancillary.Where(raster => raster.Key == "elevation").Select(raster => raster.Value).FirstOrDefault(),
            LeastObserved = configuration.LeastObserved,
            Simplify = configuration.Simplify,
            Reference = inputs.Reference,
            Texts = configuration.Texts,
        };
        PublishedMap[] maps = [.. years.Select(year => new PublishedMap(year, folder.Local(RunFolder.YearFile(year, "irrigated.tif")), folder.Local(RunFolder.YearFile(year, "probability.tif")),
        [
            Asset(year, "probability", "probability of irrigation, scaled by 10 000"),
            Asset(year, "observations", "number of clear observations by season"),
            Asset(year, "features", "features of the year"),
            Asset(year, "novelty", "share of features outside of the range in training"),
        ]))];
        string common = Digest.OfTexts(
        [
            FeatureStep.PipelineVersion, "publication", configuration.Name, configuration.Source, configuration.Texts.Code, Number(configuration.LeastObserved), Number(configuration.Simplify), (inputs.Area is not null).ToString(),
            VectorPlace.DigestOf(configuration.Zones!), EdgesVersion, configuration.Encoding ?? string.Empty, configuration.ZoneName, configuration.CountryField ?? string.Empty,
            .. new[] { configuration.Area, configuration.Assessment, configuration.Waters }.Select(file => file is null ? string.Empty : VectorPlace.DigestOf(file)),
            options.Elevation is null ? string.Empty : RasterName.DigestOf(options.Elevation.Path),
            .. steps.Steps.SelectMany(step => step.Outputs.Values).Select(output => output.Digest),
        ]);
        foreach (PublicationPart part in Publication.Parts(folder.Root, maps, options, steps.Warn, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            steps.Run(part.Name, Digest.OfTexts([common, part.Name, .. part.Files]), part.Files, _ => part.Write());
            files.AddRange(part.Files);
        }

        return AreaCsv.Read(folder.Local(Publication.AreaFile));
    }

    private StacAsset Asset(int year, string key, string title)
    {
        string file = RunFolder.YearFile(year, key + ".tif");
        OutputStamp? stamp = steps.Made(file);
        return new StacAsset(key, folder.Target(file), title, StacAsset.Cog) { Content = stamp is null ? null : (stamp.Length, stamp.Digest) };
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
