using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>index SCENE --index NAME -o OUT.tif</c> and its short form <c>ndvi</c>.</summary>
internal static class IndexCommand
{
    internal static Command Create()
    {
        var name = new Option<string>("--index") { Description = "ndvi, evi2, ndmi, mndwi, gi, savi, evi, kndvi or wetness.", DefaultValueFactory = _ => "ndvi" };
        return Build("index", "One index of one scene as a Cloud Optimized GeoTIFF, masked by QA.\nExample: irrigationwatch index scene.tar --index ndmi -o ndmi.tif", name);
    }

    internal static Command CreateNdvi() =>
        Build("ndvi", "NDVI of one scene as a Cloud Optimized GeoTIFF, masked by QA.\nExample: irrigationwatch ndvi scene.tar -o ndvi.tif", null);

    private static Command Build(string command, string description, Option<string>? name)
    {
        var scene = new Argument<string>("SCENE") { Description = "A product: folder, .tar, .zip, .tar.gz, MTL file, STAC item or an address." };
        Option<string> output = CommonOptions.Output("The GeoTIFF to write.");
        var int16 = new Option<bool>("--int16") { Description = "16-bit integers scaled by 10 000, as USGS ships its indices, instead of float32." };
        var noMask = new Option<bool>("--no-mask") { Description = "Mask fill and invalid values only, not clouds and saturation." };
        var classes = new Option<string[]>("--mask-classes") { Description = $"Classes of QA_PIXEL to mask: {string.Join(", ", MaskReader.ClassNames)} (default: all but snow and water).", AllowMultipleArgumentsPerToken = true, HelpName = "CLASS" };
        var dilate = new Option<int>("--dilate") { Description = "Mask also what lies within so many pixels of a masked cloud or shadow.", HelpName = "PIXELS" };
        var aerosol = new Option<string?>("--aerosol") { Description = "Mask pixels whose aerosol is at least low, medium or high (Level 2 of OLI).", HelpName = "LEVEL" };
        var pixelAngle = new Option<bool>("--pixel-sun-angle") { Description = "Level 1: the sun's angle of each pixel instead of the scene's." };
        Option<string?> stack = CommonOptions.Stack();
        Option<bool> json = CommonOptions.Json();
        var result = new Command(command, description) { scene, output, int16, noMask, classes, dilate, aerosol, pixelAngle, stack, json };
        if (name is not null)
        {
            result.Options.Add(name);
        }

        return result.WithAction((parsed, terminal, cancel) =>
        {
            SpectralIndex index = name is null ? SpectralIndex.Ndvi : Parse(parsed.GetValue(name)!);
            using Scene opened = SceneReader.Open(parsed.GetValue(scene)!, null, CommonOptions.ReadStack(parsed, stack));
            string file = parsed.GetValue(output)!;
            bool masks = !parsed.GetValue(noMask);
            MaskOptions mask = masks
                ? new MaskOptions
                {
                    RejectedQaPixel = parsed.GetValue(classes) is { Length: > 0 } names
                        ? MaskReader.ClassBits(names.SelectMany(name => name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)), name => new ConfigurationException("--mask-classes", $"'{name}' is no class; use {string.Join(", ", MaskReader.ClassNames)}"))
                        : QaPixelBits.Obstructed,
                    Dilation = parsed.GetValue(dilate) is >= 0 and <= 1000 and int pixels ? pixels : throw new ConfigurationException("--dilate", "must be from 0 to 1000"),
                    RejectedAerosol = MaskReader.Aerosol(parsed.GetValue(aerosol)) is (true, var level) ? level : throw new ConfigurationException("--aerosol", $"'{parsed.GetValue(aerosol)}' is no level; use low, medium or high"),
                }
                : MaskOptions.FillOnly;
            var options = new ObservationOptions { Mask = mask, Harmonise = false, SunAngle = parsed.GetValue(pixelAngle) ? SunAngle.Pixel : SunAngle.Scene };
            IndexSummary summary = IndexMap.Write(opened, index, file, options, parsed.GetValue(int16), cancel);
            if (!opened.HasQa && masks)
            {
                terminal.Error.WriteLine($"warning: {opened.Container}: the product has no {(opened.Stack is null ? "QA_PIXEL" : "mask band")}; clouds and shadows are not masked");
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new IndexAnswer(file, index.ToString().ToLowerInvariant(), opened.Id.Text, opened.HasQa && masks, summary.Pixels, summary.Observed, Answer.Known(summary.Mean), Answer.Known(summary.Minimum), Answer.Known(summary.Maximum)));
                return ExitCode.Done;
            }

            string values = summary.Observed == 0
                ? "nothing observed"
                : string.Create(CultureInfo.InvariantCulture, $"mean {summary.Mean:0.0000}, from {summary.Minimum:0.0000} to {summary.Maximum:0.0000}");
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {index.ToString().ToUpperInvariant()} of {opened.Id}, {summary.Observed} of {summary.Pixels} pixels observed ({(double)summary.Observed / summary.Pixels:0.0%}), {values}"));
            return ExitCode.Done;
        });
    }

    internal static SpectralIndex Parse(string text) =>
        EnumName.Find<SpectralIndex>(text)
        ?? throw new ConfigurationException("--index", $"'{text}' is no index; use {string.Join(", ", Enum.GetNames<SpectralIndex>()).ToLowerInvariant()}");
}
