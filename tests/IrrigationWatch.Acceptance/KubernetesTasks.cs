using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Manifests for Kubernetes, checked by the schema of its API, and run as pods would run them.</summary>
internal static class KubernetesTasks
{
    private static readonly string Modules = Path.Combine(Repository.Root, ".tools", "node_modules");

    internal static void SkipUnlessThere() =>
        Assert.SkipUnless(File.Exists(Path.Combine(Modules, "kubernetes-models", "package.json")), "kubernetes-models is not installed (tools/test installs it where npm is)");

    /// <summary>Validates the Jobs of a file.</summary>
    /// <returns>The Jobs as JSON.</returns>
    internal static JsonArray Validate(string file)
    {
        (int code, string said) = Repository.Run("node", [Path.Combine(Repository.Root, "tests", "peers", "kubernetes.mjs"), Modules, file]);
        Assert.True(code == 0, $"{file}: {said}");
        return (JsonArray)JsonNode.Parse(said)!;
    }

    /// <summary>Runs a script with a kubectl that runs the tasks of Jobs here.</summary>
    /// <param name="scratch">A folder.</param>
    /// <param name="environment">Variables that all tasks see.</param>
    /// <param name="command">The script, or kubectl and its arguments.</param>
    internal static (int Code, string Output) Run(ScratchFolder scratch, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        string tools = scratch.File("tools");
        string jobs = scratch.File("jobs");
        Directory.CreateDirectory(tools);
        Directory.CreateDirectory(jobs);
        string kubectl = Path.Combine(tools, "kubectl");
        File.WriteAllText(kubectl, $"#!/bin/sh\nexec node '{Path.Combine(Repository.Root, "tests", "peers", "kubectl.mjs")}' \"$@\"\n");
        Assert.Equal(0, Repository.Run("chmod", ["+x", kubectl]).Code);
        return Repository.Run(
            "/usr/bin/env",
            command,
            [
                ("PATH", $"{tools}:{Environment.GetEnvironmentVariable("PATH")}"), ("NODE_MODULES", Modules), ("PROGRAM", CommandLine.Program), ("JOBS", jobs),
                .. environment.Select(pair => (pair.Key, pair.Value)),
            ]);
    }
}
