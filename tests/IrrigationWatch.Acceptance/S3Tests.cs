using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Products in a bucket of an S3-compatible server on this machine (s3rver), which knows its users.</summary>
public sealed class S3Tests : IDisposable
{
    private const string ObjectEnding = "._S3rver_object";

    private static readonly string Program = Path.Combine(Repository.Root, ".tools", "node_modules", "s3rver", "bin", "s3rver.js");

    private readonly ScratchFolder scratch = new();
    private Process? server;

    public void Dispose()
    {
        if (server is not null)
        {
            server.Kill();
            server.WaitForExit();
            server.Dispose();
        }

        scratch.Dispose();
    }

    [Fact]
    public void A_bucket_is_catalogued_read_and_run_with_credentials_and_refused_without()
    {
        Assert.SkipUnless(File.Exists(Program), "s3rver is not installed (tools/test installs it where npm is)");
        var area = new TinyArea(scratch.File("area"), 40, 32, "2022");
        string[] ids = ["LC08_L2SP_149030_20220722_20220801_02_T1", "LC09_L2SP_149030_20220714_20220801_02_T1", "LC09_L2SP_149030_20220730_20220801_02_T1"];
        string tar = area.Product(ids[0]).WriteTar(Path.Combine(area.Scenes, ids[0] + ".tar"));
        string folder = area.Product(ids[1]).Write(Path.Combine(area.Scenes, ids[1]));
        string packed = area.Product(ids[2]).WriteTar(Path.Combine(area.Scenes, ids[2] + ".tar.gz"));
        CommandLine.Run("run", area.Configuration, "-o", scratch.File("local")).Succeeds();

        string bucket = scratch.File("store", "archive", "landsat");
        Directory.CreateDirectory(Path.Combine(bucket, ids[1]));
        foreach (string file in Directory.GetFiles(folder).Append(tar).Append(packed))
        {
            File.Copy(file, Path.Combine(bucket, Path.GetRelativePath(area.Scenes, file) + ObjectEnding));
        }

        var environment = new Dictionary<string, string>
        {
            ["AWS_S3_ENDPOINT"] = "127.0.0.1:" + Start().ToString(CultureInfo.InvariantCulture),
            ["AWS_HTTPS"] = "NO",
            ["AWS_VIRTUAL_HOSTING"] = "FALSE",
            ["AWS_ACCESS_KEY_ID"] = "S3RVER",
            ["AWS_SECRET_ACCESS_KEY"] = "S3RVER",
            ["AWS_DEFAULT_REGION"] = "us-east-1",
        };
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

    /// <summary>Starts the server and gives its port.</summary>
    private int Start()
    {
        server = Process.Start(new ProcessStartInfo("node", [Program, "-d", scratch.File("store"), "-a", "127.0.0.1", "-p", "0", "--silent", "--configure-bucket", "archive"]) { RedirectStandardOutput = true })!;
        const string Ready = "S3rver listening on 127.0.0.1:";
        while (server.StandardOutput.ReadLine() is string line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                return int.Parse(line[Ready.Length..], CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("s3rver ended before it was ready");
    }
}
