using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>index SCENE --index NAME -o OUT.tif</c> and its short form <c>ndvi</c>.</summary>
internal static class IndexCommand
{
    internal static Command Create()
    {
        var name = new Option<string>("--index") { Description = "ndvi, evi2, ndmi, mndwi, gi or savi.", DefaultValueFactory = _ => "ndvi" };
        return Build("index", "One index of one scene as a Cloud Optimized GeoTIFF, masked by QA.\nExample: irrigationwatch index scene.tar --index ndmi -o ndmi.tif", name);
    }

    internal static Command CreateNdvi() =>
        Build("ndvi", "NDVI of one scene as a Cloud Optimized GeoTIFF, masked by QA.\nExample: irrigationwatch ndvi scene.tar -o ndvi.tif", null);

    private static Command Build(string command, string description, Option<string>? name)
    {
        var scene = new Argument<string>("SCENE") { Description = "A product: folder, .tar, .tar.gz or MTL.txt." };
        Option<string> output = CommonOptions.Output("The GeoTIFF to write.");
        var int16 = new Option<bool>("--int16") { Description = "16-bit integers scaled by 10 000, as USGS ships its indices, instead of float32." };
        var noMask = new Option<bool>("--no-mask") { Description = "Mask fill and invalid values only, not clouds and saturation." };
        var result = new Command(command, description) { scene, output, int16, noMask };
        if (name is not null)
        {
            result.Options.Add(name);
        }

        return result.WithAction((parsed, cancel) =>
        {
            SpectralIndex index = name is null ? SpectralIndex.Ndvi : Parse(parsed.GetValue(name)!);
            using Scene opened = SceneReader.Open(parsed.GetValue(scene)!);
            string file = parsed.GetValue(output)!;
            MaskOptions mask = parsed.GetValue(noMask) ? MaskOptions.FillOnly : MaskOptions.Default;
            IndexSummary summary = IndexMap.Write(opened, index, file, mask, parsed.GetValue(int16), cancel);
            if (!opened.Bands.ContainsKey(BandRole.QaPixel) && !parsed.GetValue(noMask))
            {
                Console.Error.WriteLine($"warning: {opened.Container}: the product has no QA_PIXEL; clouds and shadows are not masked");
            }

            string values = summary.Observed == 0
                ? "nothing observed"
                : string.Create(CultureInfo.InvariantCulture, $"mean {summary.Mean:0.0000}, from {summary.Minimum:0.0000} to {summary.Maximum:0.0000}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {index.ToString().ToUpperInvariant()} of {opened.Id}, {summary.Observed} of {summary.Pixels} pixels observed ({(double)summary.Observed / summary.Pixels:0.0%}), {values}"));
            return ExitCode.Done;
        });
    }

    private static SpectralIndex Parse(string text) =>
        Enum.TryParse(text, ignoreCase: true, out SpectralIndex index) && Enum.IsDefined(index)
            ? index
            : throw new ConfigurationException("--index", $"'{text}' is no index; use {string.Join(", ", Enum.GetNames<SpectralIndex>()).ToLowerInvariant()}");
}
