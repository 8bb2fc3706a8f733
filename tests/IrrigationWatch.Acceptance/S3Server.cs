using System.Diagnostics;
using System.Globalization;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>An S3-compatible server on this machine (s3rver), which knows its users, with one bucket in a folder.</summary>
internal sealed class S3Server : IDisposable
{
    private const string ObjectEnding = "._S3rver_object";
    private const string Bucket = "archive";

    private static readonly string Program = Path.Combine(Repository.Root, ".tools", "node_modules", "s3rver", "bin", "s3rver.js");

    private readonly Process server;
    private readonly string folder;

    /// <summary>Starts a server.</summary>
    /// <param name="folder">Where its buckets are to lie.</param>
    internal S3Server(string folder)
    {
        Assert.SkipUnless(File.Exists(Program), "s3rver is not installed (tools/test installs it where npm is)");
        this.folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, Bucket));
        server = Process.Start(new ProcessStartInfo("node", [Program, "-d", folder, "-a", "127.0.0.1", "-p", "0", "--silent", "--configure-bucket", Bucket]) { RedirectStandardOutput = true })!;
        const string Ready = "S3rver listening on 127.0.0.1:";
        while (server.StandardOutput.ReadLine() is string line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                Environment = new Dictionary<string, string>
                {
                    ["AWS_S3_ENDPOINT"] = "127.0.0.1:" + int.Parse(line[Ready.Length..], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
                    ["AWS_HTTPS"] = "NO",
                    ["AWS_VIRTUAL_HOSTING"] = "FALSE",
                    ["AWS_ACCESS_KEY_ID"] = "S3RVER",
                    ["AWS_SECRET_ACCESS_KEY"] = "S3RVER",
                    ["AWS_DEFAULT_REGION"] = "us-east-1",
                };
                return;
            }
        }

        throw new InvalidOperationException("s3rver ended before it was ready");
    }

    /// <summary>The address of the bucket.</summary>
    internal static string Address => $"s3://{Bucket}";

    /// <summary>What a client must know: address and keys.</summary>
    internal Dictionary<string, string> Environment { get; }

    /// <summary>Puts a file into the bucket.</summary>
    internal void Put(string file, string name)
    {
        string target = Path.Combine(folder, Bucket, name + ObjectEnding);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(file, target);
    }

    /// <summary>Copies all objects below a prefix into a folder.</summary>
    internal void Get(string prefix, string target)
    {
        string root = Path.Combine(folder, Bucket, prefix);
        foreach (string file in Directory.GetFiles(root, "*" + ObjectEnding, SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(root, file)[..^ObjectEnding.Length]);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    /// <summary>Names of the objects below a prefix.</summary>
    internal IReadOnlyList<string> List(string prefix)
    {
        string root = Path.Combine(folder, Bucket, prefix);
        return Directory.Exists(root)
            ? [.. Directory.GetFiles(root, "*" + ObjectEnding, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file)[..^ObjectEnding.Length]).Order(StringComparer.Ordinal)]
            : [];
    }

    public void Dispose()
    {
        server.Kill();
        server.WaitForExit();
        server.Dispose();
    }
}
