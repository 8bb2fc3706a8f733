using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using IrrigationWatch.Cli;
using IrrigationWatch.Gdal;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>What messages tell to do is done, and the result is right.</summary>
public sealed partial class RemedyTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly string zones;

    public RemedyTests()
    {
        zones = UtmMap.WriteZones(scratch);
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Commands_and_options_that_messages_name_exist()
    {
        RootCommand root = Program.Root();
        HashSet<string> commands = [.. All(root).Select(command => command.Name)];
        HashSet<string> options = [.. All(root).SelectMany(command => command.Options).SelectMany(option => option.Aliases.Append(option.Name)), "--help", "--version"];
        // Those of other programs: Slurm, kubectl, tar.
        string[] others = ["--me", "--wait", "--parsable", "--array", "--output", "--for", "--timeout", "--dependency", "--job-name", "--time", "--mem", "--cpus-per-task", "--export", "--no-requeue", "--requeue", "--kill-on-invalid-dep", "--wrap", "--partition", "--account", "--ignore-not-found", "--sparse"];
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains("SlurmFiles", StringComparison.Ordinal) && !file.Contains("KubernetesFiles", StringComparison.Ordinal))];
        var wrong = new List<string>();
        foreach (string line in files.SelectMany(File.ReadLines).Where(line => line.Contains('"', StringComparison.Ordinal) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)))
        {
            wrong.AddRange(CommandInMessage().Matches(line).Select(match => match.Groups[1].Value).Where(word => !commands.Contains(word)).Select(word => $"'irrigationwatch {word}' in {line.Trim()}"));
            wrong.AddRange(OptionInMessage().Matches(line).Select(match => match.Value).Where(option => !options.Contains(option) && !others.Contains(option)).Select(option => $"{option} in {line.Trim()}"));
        }

        Assert.Empty(wrong);

        static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
    }

    [Fact]
    public void A_map_without_a_place_is_georeferenced()
    {
        string map = Write("bare-2010.tif", RasterType.Byte, []);
        Area(map).FailsWith(1, "has no coordinate reference system or position; georeference it, for example with gdal_translate -a_srs -a_ullr");
        Peer($"gdal.Translate('{scratch.File("placed-2010.tif")}', '{map}', options='-a_srs EPSG:32644 -a_ullr 420000 4881000 420600 4880400')");
        AssertRight(scratch.File("placed-2010.tif"));
    }

    [Fact]
    public void A_rotated_map_is_warped()
    {
        string map = Write("rotated-2010.tif", RasterType.Byte, [420_300, 2.1, 2.1, 4_881_000, -2.1, 2.1], size: 300);
        Area(map).FailsWith(1, "is rotated, or its columns go west; warp it first, for example with gdalwarp -dstalpha, which keeps apart what lies outside");
        Peer($"gdal.Warp('{scratch.File("warped-2010.tif")}', '{map}', options='-dstalpha')");
        // Pixels are other ones: the share of irrigated land is the same to within what a coarse grid can say.
        string[] row = Area(scratch.File("warped-2010.tif")).Succeeds().Output.Split('\n')[1].Split(',');
        Assert.Equal(0.25, double.Parse(row[3], CultureInfo.InvariantCulture) / double.Parse(row[4], CultureInfo.InvariantCulture), 0.03);
    }

    [Fact]
    public void Columns_that_go_west_are_warped()
    {
        string map = Write("west-2010.tif", RasterType.Byte, [420_600, -30, 0, 4_881_000, 0, -30]);
        Area(map).FailsWith(1, "its columns go west; warp it first, for example with gdalwarp -dstalpha");
        Peer($"gdal.Warp('{scratch.File("warped-2010.tif")}', '{map}', options='-dstalpha')");
        AssertRight(scratch.File("warped-2010.tif"));
    }

    [Fact]
    public void Two_maps_of_a_year_over_one_place_are_chosen_from_and_pieces_of_a_year_joined()
    {
        string west = Write("west-2010.tif", RasterType.Byte);
        string again = Write("again-2010.tif", RasterType.Byte);
        CommandLine.Run("area", west, again, "--zones", zones, "--class", "irrigated=1").FailsWith(1, "give one of them, or join them first");
        AssertRight(west);
        string east = Write("east-2010.tif", RasterType.Byte, [420_600, 30, 0, 4_881_000, 0, -30]);
        string later = Write("later-2012.tif", RasterType.Byte);
        string[] change = ["--zones", zones, "--class", "irrigated=1", "--class", "other=2"];
        CommandLine.Run(["change", west, east, later, .. change]).FailsWith(2, "join them first, for example with gdalbuildvrt");
        Peer($"gdal.BuildVRT('{scratch.File("all-2010.vrt")}', ['{west}', '{east}'])");
        Peer($"gdal.BuildVRT('{scratch.File("all-2012.vrt")}', ['{later}', '{east}'])");
        Assert.Contains("2010,2012,all,KZ,irrigated,irrigated,18.0", CommandLine.Run(["change", scratch.File("all-2010.vrt"), scratch.File("all-2012.vrt"), .. change]).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Complex_numbers_are_converted()
    {
        string real = Write("real.tif", RasterType.Float32);
        string map = scratch.File("complex-2010.tif");
        Peer($"gdal.Translate('{map}', '{real}', options='-ot CFloat32')");
        Area(map).FailsWith(1, "as complex numbers; convert it with gdal_translate -ot Float32");
        Peer($"gdal.Translate('{scratch.File("plain-2010.tif")}', '{map}', options='-ot Float32')");
        AssertRight(scratch.File("plain-2010.tif"));
    }

    [Theory]
    [InlineData(170, -170, 20)]
    [InlineData(175, -175, 10)]
    public void Edges_over_the_antimeridian_are_cut(double west, double east, double degrees)
    {
        string far = scratch.File("far.geojson");
        File.WriteAllText(far, FormattableString.Invariant($$$"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"far"},"geometry":{"type":"Polygon","coordinates":[[[{{{west}}},60],[{{{east}}},60],[{{{east}}},65],[{{{west}}},65],[{{{west}}},60]]]}}]}"""));
        string world = World();
        CommandLine.Run("area", world, "--zones", far, "--class", "irrigated=1").FailsWith(1, "the long way round the Earth; cut it at the antimeridian (RFC 7946, 3.1.9), for example with ogr2ogr -wrapdateline -datelineoffset 90");
        Peer($"gdal.VectorTranslate('{scratch.File("cut.geojson")}', '{far}', options='-wrapdateline -datelineoffset 90')");
        AssertHectares(Rasters.EllipsoidalArea.Cell(0, 60, degrees, 65) / 10_000, world, scratch.File("cut.geojson"));
    }

    [Fact]
    public void Projected_edges_over_the_antimeridian_are_cut()
    {
        // A square of 100 km in UTM zone 60, whose central meridian lies at 177 degrees east: 180 degrees runs through it.
        string square = scratch.File("square.gpkg");
        Peer($"gdal.OpenEx('{Square()}', gdal.OF_VECTOR); gdal.VectorTranslate('{square}', d, options='-a_srs EPSG:32660')");
        string world = World();
        CommandLine.Run("area", world, "--zones", square, "--class", "irrigated=1").FailsWith(1, "the long way round the Earth; cut it at the antimeridian (RFC 7946, 3.1.9), for example with ogr2ogr -segmentize 100 -t_srs EPSG:4326 -wrapdateline");
        Peer($"gdal.VectorTranslate('{scratch.File("cut.geojson")}', '{square}', options='-segmentize 100 -t_srs EPSG:4326 -wrapdateline')");
        // Scale in UTM at 150 km from its meridian: 0.9996 (1 + x² / 2R²), squared for areas.
        double scale = 0.9996 * (1 + 150_000.0 * 150_000 / (2 * 6.386e6 * 6.386e6));
        AssertHectares(1e6 / (scale * scale), world, scratch.File("cut.geojson"));

        string Square()
        {
            string file = scratch.File("square.csv");
            File.WriteAllText(file, "name,WKT\nsquare,\"POLYGON((600000 6700000,700000 6700000,700000 6800000,600000 6800000,600000 6700000))\"\n");
            return file;
        }
    }

    /// <summary>A map of the whole Earth, all of it irrigated.</summary>
    private string World()
    {
        string path = scratch.File("world-2010.tif");
        using Dataset map = Dataset.Create(path, "GTiff", 720, 360, 1, RasterType.Byte);
        map.GeoTransform = [-180, 0.5, 0, 90, 0, -0.5];
        using SpatialReference reference = SpatialReference.Wgs84();
        map.SetSpatialReference(reference);
        map.Band(1).Write<byte>(new PixelWindow(0, 0, 720, 360), [.. Enumerable.Repeat((byte)1, 720 * 360)]);
        map.Finish();
        return path;
    }

    private static void AssertHectares(double expected, string map, string zones)
    {
        string[] row = CommandLine.Run("area", map, "--zones", zones, "--class", "irrigated=1").Succeeds().Output.Split('\n')[1].Split(',');
        Assert.Equal(1, double.Parse(row[3], CultureInfo.InvariantCulture) / expected, 2e-3);
    }

    private void AssertRight(string map) => Assert.Equal("2010,all,KZ,9.006,36.023,36.023,1.000000,,", Area(map).Succeeds().Output.Split('\n')[1]);

    private CommandResult Area(string map) => CommandLine.Run("area", map, "--zones", zones, "--class", "irrigated=1");

    private static void Peer(string call)
    {
        (int code, string output) = Repository.RunPeer("-c", "from osgeo import gdal; gdal.UseExceptions(); d = " + call);
        Assert.True(code == 0, output);
    }

    /// <summary>A map of which a quarter is irrigated.</summary>
    private string Write(string name, RasterType type, double[]? place = null, int size = UtmMap.Size) =>
        UtmMap.Write(scratch.File(name), type, (_, x, _) => x < size / 4 ? 1 : 2, 1, size, place);

    [GeneratedRegex(@"(?<![\w/.-])irrigationwatch ([a-z]+)", RegexOptions.CultureInvariant)]
    private static partial Regex CommandInMessage();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z0-9-]+", RegexOptions.CultureInvariant)]
    private static partial Regex OptionInMessage();
}
