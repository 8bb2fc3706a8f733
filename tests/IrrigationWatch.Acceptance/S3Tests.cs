using System.Text.Json;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Products in a bucket of an S3-compatible server on this machine (s3rver), which knows its users.</summary>
public sealed class S3Tests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_bucket_is_catalogued_read_and_run_with_credentials_and_refused_without()
    {
        using var server = new S3Server(scratch.File("store"));
        var area = new TinyArea(scratch.File("area"), 40, 32, "2022");
        string[] ids = ["LC08_L2SP_149030_20220722_20220801_02_T1", "LC09_L2SP_149030_20220714_20220801_02_T1", "LC09_L2SP_149030_20220730_20220801_02_T1"];
        string tar = area.Product(ids[0]).WriteTar(Path.Combine(area.Scenes, ids[0] + ".tar"));
        string folder = area.Product(ids[1]).Write(Path.Combine(area.Scenes, ids[1]));
        string packed = area.Product(ids[2]).WriteTar(Path.Combine(area.Scenes, ids[2] + ".tar.gz"));
        CommandLine.Run("run", area.Configuration, "-o", scratch.File("local")).Succeeds();

        foreach (string file in Directory.GetFiles(folder).Append(tar).Append(packed))
        {
            server.Put(file, "landsat/" + Path.GetRelativePath(area.Scenes, file));
        }

        Dictionary<string, string> environment = server.Environment;
        string catalogue = scratch.File("c.db");
        CommandResult added = CommandLine.RunWith(environment, "catalogue", "add", "s3://archive/landsat/", "-c", catalogue).Succeeds();
        Assert.Contains("3 added, 0 changed, 0 as they were; 0 of 3 cannot be used", added.Output, StringComparison.Ordinal);
        using (JsonDocument list = JsonDocument.Parse(CommandLine.Run("catalogue", "list", "--json", "-c", catalogue).Succeeds().Output))
        {
            Assert.Equal(ids.Order(StringComparer.Ordinal), list.RootElement.EnumerateArray().Select(scene => scene.GetProperty("product_id").GetString()!).Order(StringComparer.Ordinal));
        }

        // The same areas and pixels as from disk.
        File.WriteAllText(area.Configuration, File.ReadAllText(area.Configuration).Replace("scenes: [scenes/]", "scenes: [s3://archive/landsat/]", StringComparison.Ordinal));
        CommandLine.RunWith(environment, "run", area.Configuration, "-o", scratch.File("remote")).Succeeds();
        SmallCorridor.AssertSame(scratch.File("local"), scratch.File("remote"));

        environment["AWS_ACCESS_KEY_ID"] = "NOBODY";
        CommandLine.RunWith(environment, "scene", "info", $"s3://archive/landsat/{ids[0]}.tar").FailsWith(1, $"s3://archive/landsat/{ids[0]}.tar: the archive cannot be read");
        CommandLine.RunWith(environment, "catalogue", "add", "s3://archive/landsat/", "-c", catalogue).FailsWith(1, "s3://archive/landsat/: ");
    }

    [Fact]
    public void A_plan_its_pieces_and_its_results_live_in_a_bucket_and_are_the_bytes_of_a_run()
    {
        using var server = new S3Server(scratch.File("store"));
        KubernetesTasks.SkipUnlessThere();
        var area = new TinyArea(scratch.File("area"), 300, 40, "2021-2022", trains: true);
        SimulatedCorridor.Publish(area.Configuration, "[csv, geojson, ndjson, json, parquet, geopackage, cog, stac, charts, report]");
        foreach (string id in new[] { "LC08_L2SP_149030_20210719_20210801_02_T1", "LC08_L2SP_149030_20220722_20220801_02_T1", "LC09_L2SP_149030_20220714_20220801_02_T1" })
        {
            server.Put(area.Product(id).WriteTar(Path.Combine(area.Scenes, id + ".tar")), $"landsat/{id}.tar");
        }

        File.WriteAllText(area.Configuration, File.ReadAllText(area.Configuration).Replace("scenes: [scenes/]", "scenes: [s3://archive/landsat/]", StringComparison.Ordinal));
        string once = scratch.File("once");
        CommandLine.RunWith(server.Environment, "run", area.Configuration, "-o", once).Succeeds();

        const string Plan = "s3://archive/jobs/plan";
        Directory.CreateDirectory(scratch.File("temporary"));
        server.Environment["TMPDIR"] = scratch.File("temporary");
        CommandLine.RunWith(server.Environment, "plan", area.Configuration, "-o", Plan, "--results", "s3://archive/results", "--block", "1", "--kubernetes", "irrigationwatch:0.1", "--parallel", "2").Succeeds();
        Assert.Contains("inputs/labels.geojson", server.List("jobs/plan"));
        CommandLine.RunWith(server.Environment, "reduce", Plan).FailsWith(1, Plan, "4 of 4 pieces are missing (0-3)");
        CommandLine.RunWith(server.Environment, "reduce", Plan, "--only", "classify").FailsWith(1, "s3://archive/results", "holds no model yet", "--only model");

        // Machines that share nothing but the bucket: the configuration is not where it was.
        string manifests = scratch.File("manifests");
        Directory.Move(Path.Combine(area.Folder, "kubernetes"), manifests);
        Directory.Move(area.Folder, scratch.File("moved"));
        foreach (string manifest in Directory.GetFiles(manifests, "*.yaml"))
        {
            Assert.DoesNotContain("persistentVolumeClaim", KubernetesTasks.Validate(manifest).ToJsonString(), StringComparison.Ordinal);
        }

        (int code, string said) = KubernetesTasks.Run(scratch, server.Environment, Path.Combine(manifests, "submit.sh"));
        Assert.True(code == 0, said);
        Assert.Contains("of 2 years 2 are joined, 2 are classified; the model is there", CommandLine.RunWith(server.Environment, "status", Plan).Succeeds().Output, StringComparison.Ordinal);
        string results = scratch.File("results");
        server.Get("results", results);
        SimulatedCorridor.AssertSame(once, results);

        // Nothing is to be done again, wherever the question is asked.
        string report = CommandLine.RunWith(server.Environment, "reduce", Plan).Succeeds().Output;
        Assert.Contains("0 steps done", report, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(scratch.File("temporary"), "irrigationwatch-*"));

        Dictionary<string, string> stranger = new(server.Environment) { ["AWS_ACCESS_KEY_ID"] = "NOBODY" };
        CommandLine.RunWith(stranger, "work", Plan, "--piece", "0").FailsWith(1, Plan);
        CommandLine.RunWith(server.Environment, "plan", Path.Combine(scratch.File("moved"), "irrigation.yaml"), "-o", "https://127.0.0.1/plan").FailsWith(1, "https://127.0.0.1/plan", "no place that can be written");
    }

    [Fact]
    public void A_run_writes_into_a_bucket_and_goes_on_from_what_is_there()
    {
        using var server = new S3Server(scratch.File("store"));
        var area = new TinyArea(scratch.File("area"), 300, 40, "2021-2022");
        area.Product("LC08_L2SP_149030_20210719_20210801_02_T1").Write(Path.Combine(area.Scenes, "LC08_L2SP_149030_20210719_20210801_02_T1"));
        area.Product("LC08_L2SP_149030_20220722_20220801_02_T1").Write(Path.Combine(area.Scenes, "LC08_L2SP_149030_20220722_20220801_02_T1"));
        CommandLine.RunWith(server.Environment, "run", area.Configuration, "-o", "s3://archive/out").Succeeds();
        CommandLine.Run("run", area.Configuration).Succeeds();
        Assert.Contains("0 steps done", CommandLine.RunWith(server.Environment, "run", area.Configuration, "-o", "s3://archive/out").Succeeds().Output, StringComparison.Ordinal);

        // A new scene of one year: the other year's files are neither made nor sent again.
        string[] before = [.. server.List("out").Where(name => name.StartsWith("years/2021", StringComparison.Ordinal))];
        area.Product("LC09_L2SP_149030_20220714_20220801_02_T1").Write(Path.Combine(area.Scenes, "LC09_L2SP_149030_20220714_20220801_02_T1"));
        Assert.NotEmpty(before);
        string output = CommandLine.RunWith(server.Environment, "run", area.Configuration, "-o", "s3://archive/out").Succeeds().Output;
        Assert.DoesNotContain("0 steps done", output, StringComparison.Ordinal);
        CommandLine.Run("run", area.Configuration).Succeeds();
        server.Get("out", scratch.File("fetched"));
        SimulatedCorridor.AssertSame(area.Output, scratch.File("fetched"));
    }
}
