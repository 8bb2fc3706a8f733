using System.Runtime.Versioning;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow.Cluster;
using YamlDotNet.RepresentationModel;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>The manifests for Kubernetes as another reader of YAML understands them, and what a shell does with the scripts in them.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KubernetesFilesTests : IDisposable
{
    private const string Image = "registry.example/irrigationwatch:1 \"quoted\"";

    private readonly ScratchFolder scratch = new();

    /// <summary>A plan in a folder as users name them.</summary>
    private string Place => scratch.File("it's a \"plan\" of $HOME");

    private string Folder => Path.Combine(Place, "kubernetes");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Each_step_is_a_Job_with_as_many_tasks_as_it_has_pieces_or_years()
    {
        Write(Plans.OfPieces(2500, 1999, 2001));
        Assert.Equal(["classify.yaml", "job.yaml", "join.yaml", "model.yaml", "reduce.yaml", "submit.sh", "work.yaml"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] names = [.. new[] { "work", "join", "model", "classify", "reduce" }.Select(step =>
        {
            YamlNode job = Assert.Single(Load(step + ".yaml"));
            Assert.Equal(("batch/v1", "Job", "Never"), (Text(job, "apiVersion"), Text(job, "kind"), Text(job, "spec", "template", "spec", "restartPolicy")));
            return Text(job, "metadata", "name")!;
        })];
        Assert.Single(names.Select(name => name[..name.LastIndexOf('-')]).Distinct());
        Assert.All(names, name => Assert.Matches("^irrigation-[0-9a-f]{8}-(work|join|model|classify|reduce)$", name));
        // Three pieces a task.
        YamlNode work = Load("work.yaml")[0]["spec"];
        Assert.Equal(("Indexed", "834", "20", "3"), (Text(work, "completionMode"), Text(work, "completions"), Text(work, "parallelism"), Text(work, "backoffLimitPerIndex")));
        YamlNode join = Load("join.yaml")[0]["spec"];
        Assert.Equal(("Indexed", "2", "2"), (Text(join, "completionMode"), Text(join, "completions"), Text(join, "parallelism")));
        YamlNode model = Load("model.yaml")[0]["spec"];
        Assert.Equal((null, "3"), (Text(model, "completions"), Text(model, "backoffLimit")));
    }

    [Fact]
    public void A_container_has_its_image_its_memory_its_volumes_and_no_rights()
    {
        Write(Plans.OfPieces(1, 2001), options => options with { Cores = 3, Claim = "my-claim", MemoryLimit = 1_000_000_000 });
        YamlNode pod = Load("work.yaml")[0]["spec"]["template"]["spec"];
        YamlNode container = pod["containers"][0];
        Assert.Equal(("work", Image), (Text(container, "name"), Text(container, "image")));
        // 500 MB and 1.3 times what features may take; half as much again before it is killed.
        Assert.Equal(("3", "1800Mi", "2700Mi"), (Text(container, "resources", "requests", "cpu"), Text(container, "resources", "requests", "memory"), Text(container, "resources", "limits", "memory")));
        Assert.Equal(("DOTNET_PROCESSOR_COUNT", "3"), (Text(container["env"][0], "name"), Text(container["env"][0], "value")));
        Assert.Equal(("true", "false", "true", "ALL"), (Text(container, "securityContext", "runAsNonRoot"), Text(container, "securityContext", "allowPrivilegeEscalation"), Text(container, "securityContext", "readOnlyRootFilesystem"), container["securityContext"]["capabilities"]["drop"][0].ToString()));
        Assert.Equal([("data", scratch.Path), ("scratch", "/tmp")], ((YamlSequenceNode)container["volumeMounts"]).Select(mount => (Text(mount, "name")!, Text(mount, "mountPath")!)));
        Assert.Equal(("data", "my-claim"), (Text(pod["volumes"][0], "name"), Text(pod["volumes"][0], "persistentVolumeClaim", "claimName")));
        Assert.Equal(("irrigation-storage", "true"), (Text(container["envFrom"][0], "secretRef", "name"), Text(container["envFrom"][0], "secretRef", "optional")));
    }

    [Fact]
    public void Names_with_blanks_and_quotes_reach_the_program_as_they_are()
    {
        Write(Plans.OfPieces(8, 1999, 2010), options => options with { MostTasks = 3 });
        string program = "/app/IrrigationWatch.Cli.dll";
        Assert.Equal([program, "work", Place, "--piece", "3-5", "--scratch", "/tmp"], Run("work.yaml", 1));
        Assert.Equal([program, "work", Place, "--piece", "6-7", "--scratch", "/tmp"], Run("work.yaml", 2));
        Assert.Empty(Run("work.yaml", 3));
        Assert.Equal([program, "reduce", Place, "--only", "join", "--years", "1999"], Run("join.yaml", 0));
        Assert.Equal([program, "reduce", Place, "--only", "classify", "--years", "2010"], Run("classify.yaml", 1));
        Assert.Equal(["reduce", Place, "--only", "model"], Arguments(Load("model.yaml")[0]["spec"]["template"]["spec"]["containers"][0]));
        Assert.Equal(["reduce", Place, "--allow-skipped"], Arguments(Load("reduce.yaml")[0]["spec"]["template"]["spec"]["containers"][0]));
    }

    [Fact]
    public void One_manifest_does_it_with_two_Jobs_of_which_the_second_waits()
    {
        Write(Plans.OfPieces(4, 2001));
        List<YamlNode> jobs = Load("job.yaml");
        Assert.Equal(2, jobs.Count);
        Assert.Equal(Load("work.yaml")[0], jobs[0]);
        YamlNode pod = jobs[1]["spec"]["template"]["spec"];
        Assert.Equal(("wait", "1"), (Text(pod["initContainers"][0], "name"), Text(pod["initContainers"][0], "resources", "requests", "cpu")));
        Assert.Equal(["status", Place, "--wait"], Arguments(pod["initContainers"][0]));
        Assert.Equal(["reduce", Place, "--allow-skipped"], Arguments(pod["containers"][0]));
    }

    [Fact]
    public void A_script_begins_each_Job_when_the_one_before_is_complete()
    {
        Write(Plans.OfPieces(1, 2001));
        Assert.True(File.GetUnixFileMode(Path.Combine(Folder, "submit.sh")).HasFlag(UnixFileMode.UserExecute));
        string name = Text(Load("work.yaml")[0], "metadata", "name")![..^"-work".Length];
        Directory.CreateDirectory(scratch.File("bin"));
        Script("kubectl", """
            echo "$*" >>"$CALLS"
            case "$1 $*" in
              wait*"$FAILS"*) exit 1;;
              get*) printf True;;
            esac
            """);
        string[] Steps(params string[] steps) => [.. steps.SelectMany(step => new[] { $"delete --ignore-not-found job/{name}-{step}", $"apply -f {Folder}/{step}.yaml", $"wait --for=condition=complete --timeout=60s job/{name}-{step}" })];
        (int code, string _) = Run("sh", [Path.Combine(Folder, "submit.sh")], ("FAILS", "no step"));
        Assert.Equal(0, code);
        Assert.Equal(Steps("work", "join", "model", "classify", "reduce"), File.ReadAllLines(scratch.File("calls")));
        (code, string output) = Run("sh", [Path.Combine(Folder, "submit.sh")], ("FAILS", "-join"));
        Assert.Equal(1, code);
        Assert.Contains($"job/{name}-join failed: see kubectl logs job/{name}-join and irrigationwatch status; then run {Path.Combine(Folder, "submit.sh")} again", output, StringComparison.Ordinal);
        Assert.Equal(Steps("work", "join"), File.ReadAllLines(scratch.File("calls"))[..6]);
    }

    [Fact]
    public void A_plan_in_object_storage_needs_no_volume_and_its_manifests_lie_beside_its_configuration()
    {
        JobPlan plan = Plans.OfPieces(2, 2001) with { Configuration = scratch.File("home", "irrigation.yaml"), Output = "s3://bucket/results" };
        string submit = KubernetesFiles.Write("s3://bucket/plan/", plan, new KubernetesOptions { Image = Image });
        Assert.Equal(scratch.File("home", "kubernetes", "submit.sh"), submit);
        YamlNode pod = Load(scratch.File("home", "kubernetes", "work.yaml"))[0]["spec"]["template"]["spec"];
        Assert.Equal(["scratch"], ((YamlSequenceNode)pod["volumes"]).Select(volume => Text(volume, "name")));
        Assert.Equal(["scratch"], ((YamlSequenceNode)pod["containers"][0]["volumeMounts"]).Select(mount => Text(mount, "name")));
        // Without keys nothing can be read.
        Assert.Equal("false", Text(pod["containers"][0]["envFrom"][0], "secretRef", "optional"));
        Assert.Contains("'s3://bucket/plan' --piece", pod["containers"][0]["args"][0].ToString(), StringComparison.Ordinal);
        // Results on a volume need one all the same.
        KubernetesFiles.Write("s3://bucket/plan", plan with { Output = "/data/results" }, new KubernetesOptions { Image = Image });
        Assert.Equal(["data", "scratch"], ((YamlSequenceNode)Load(scratch.File("home", "kubernetes", "work.yaml"))[0]["spec"]["template"]["spec"]["volumes"]).Select(volume => Text(volume, "name")));
    }

    [Fact]
    public void What_does_not_lie_on_the_volume_is_refused()
    {
        Refused(Plans.OfPieces(1, 2001) with { Configuration = "/data/a.yaml", Output = "/data/out" }, Place);
        Refused(Plans.OfPieces(1, 2001) with { Configuration = "/home/a.yaml", Output = "/data/out" }, "/home/a.yaml", "/data/plan");
        Refused(Plans.OfPieces(1, 2001) with { Configuration = "/data/a.yaml", Output = "/data2/out" }, "/data2/out", "/data/plan");
        Refused(Plans.OfPieces(1, 2001) with { Configuration = "/home/a.yaml", Output = "/home/out" }, "/home/out", "s3://bucket/plan");

        void Refused(JobPlan plan, string named, string? place = null) =>
            Assert.Equal($"--mount: is /data, and {named} does not lie below it; make the plan where the volume is mounted in the containers too", Assert.Throws<ConfigurationException>(() => KubernetesFiles.Write(place ?? Place, plan, new KubernetesOptions { Image = Image })).Message);
    }

    [Fact]
    public void Features_alone_are_only_joined()
    {
        Write(Plans.Of([2001], false, 1));
        Assert.Equal(["job.yaml", "join.yaml", "reduce.yaml", "submit.sh", "work.yaml"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("for step in work join reduce; do", File.ReadAllText(Path.Combine(Folder, "submit.sh")), StringComparison.Ordinal);
    }

    private static string? Text(YamlNode node, params string[] keys)
    {
        foreach (string key in keys)
        {
            if (!((YamlMappingNode)node).Children.TryGetValue(key, out YamlNode? next))
            {
                return null;
            }

            node = next;
        }

        return ((YamlScalarNode)node).Value;
    }

    private static string[] Arguments(YamlNode container) => [.. ((YamlSequenceNode)container["args"]).Select(argument => ((YamlScalarNode)argument).Value!)];

    private void Write(JobPlan plan, Func<KubernetesOptions, KubernetesOptions>? change = null)
    {
        KubernetesOptions options = new() { Image = Image, Mount = scratch.Path };
        string submit = KubernetesFiles.Write(Place, plan with { Configuration = scratch.File("a.yaml"), Output = scratch.File("out") }, change?.Invoke(options) ?? options);
        Assert.Equal(Path.Combine(Folder, "submit.sh"), submit);
    }

    private List<YamlNode> Load(string file)
    {
        using var reader = new StreamReader(Path.Combine(Folder, file));
        var stream = new YamlStream();
        stream.Load(reader);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    private void Script(string name, string text)
    {
        File.WriteAllText(scratch.File("bin", name), "#!/bin/sh\n" + text);
        File.SetUnixFileMode(scratch.File("bin", name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What the script of a task gives to <c>dotnet</c>.</summary>
    private string[] Run(string file, int task)
    {
        Directory.CreateDirectory(scratch.File("bin"));
        Script("dotnet", """
            printf '%s\n' "$@" >>"$CALLS"
            """);
        YamlNode container = Load(file)[0]["spec"]["template"]["spec"]["containers"][0];
        string[] command = [.. ((YamlSequenceNode)container["command"]).Select(word => ((YamlScalarNode)word).Value!)];
        Assert.Equal(["/bin/sh", "-c"], command);
        (int code, string output) = Run(command[0], [command[1], .. Arguments(container)], ("JOB_COMPLETION_INDEX", FormattableString.Invariant($"{task}")));
        Assert.Equal((0, string.Empty), (code, output));
        return File.ReadAllLines(scratch.File("calls"));
    }

    private (int Code, string Output) Run(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        File.WriteAllText(scratch.File("calls"), string.Empty);
        return Repository.Run(program, arguments, [("CALLS", scratch.File("calls")), ("PATH", $"{scratch.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}"), .. environment]);
    }
}
