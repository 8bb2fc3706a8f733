using System.Globalization;
using IrrigationWatch.Features;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What the manifests for Kubernetes ask for.</summary>
public sealed record KubernetesOptions
{
    /// <summary>The image of the program; <c>tools/deploy/Dockerfile</c> makes one.</summary>
    public required string Image { get; init; }

    /// <summary>The persistent volume claim, for many writers, that holds plan, configuration, scenes and results; of no use where all are in object storage.</summary>
    public string Claim { get; init; } = "irrigation";

    /// <summary>Where the claim is mounted: under the same path at which the plan was made.</summary>
    public string Mount { get; init; } = "/data";

    /// <summary>Most tasks of the job.</summary>
    public int MostTasks { get; init; } = 1000;

    /// <summary>Tasks at the same time.</summary>
    public int Parallel { get; init; } = 20;

    /// <summary>Cores of a task.</summary>
    public int Cores { get; init; } = 2;

    /// <summary>Bytes that the features of a piece may take, as the configuration says.</summary>
    public long MemoryLimit { get; init; } = new FeatureOptions().MemoryLimit;
}

/// <summary>
/// Manifests that hand a plan to Kubernetes: an Indexed Job of work, Indexed Jobs that join and classify years, Jobs that train and publish, and a script
/// that begins each when the one before is complete. A plan in object storage needs no volume.
/// </summary>
public sealed class KubernetesFiles
{
    private const string TriedAlone = "a task that fails is tried again three times, alone.";

    private readonly JobPlan plan;
    private readonly KubernetesOptions options;
    private readonly string place;
    private readonly string name;

    private KubernetesFiles(string place, JobPlan plan, KubernetesOptions options)
    {
        this.place = place;
        this.plan = plan;
        this.options = options;
        name = "irrigation-" + Digest.OfTexts(place)[..8];
    }

    /// <summary>True where pods share a volume.</summary>
    private bool HasVolume => !RemotePath.IsAddress(place) || !RemotePath.IsAddress(plan.Output);

    /// <summary>Writes <c>kubernetes/submit.sh</c>, the manifests that it applies in turn, and <c>kubernetes/job.yaml</c>, which does all of it with two Jobs, into the folder of a plan; for one in object storage beside its configuration.</summary>
    /// <param name="folder">The folder of the plan, or its address.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="options">What the manifests ask for.</param>
    /// <returns>The script.</returns>
    /// <exception cref="InputException">They cannot be written.</exception>
    /// <exception cref="ConfigurationException">The plan does not lie on the volume.</exception>
    public static string Write(string folder, JobPlan plan, KubernetesOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        string place = FileStore.FullPlace(folder);
        bool remote = RemotePath.IsAddress(place);
        foreach (string needed in remote ? [plan.Output] : new[] { place, plan.Configuration, plan.Output })
        {
            if (!RemotePath.IsAddress(needed) && !needed.StartsWith(options.Mount.TrimEnd('/') + "/", StringComparison.Ordinal))
            {
                throw new ConfigurationException("--mount", $"is {options.Mount}, and {needed} does not lie below it; make the plan where the volume is mounted in the containers too");
            }
        }

        var files = new KubernetesFiles(place, plan, options);
        string target = Path.Combine(remote ? Path.GetDirectoryName(plan.Configuration)! : place, "kubernetes");
        string submit = Path.Combine(target, "submit.sh");
        foreach ((string step, string manifest) in files.Manifests())
        {
            AtomicFile.WriteText(Path.Combine(target, step + ".yaml"), manifest);
        }

        AtomicFile.WriteText(Path.Combine(target, "job.yaml"), files.Whole());
        AtomicFile.WriteText(submit, files.Submit());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(submit, File.GetUnixFileMode(submit) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        }

        return submit;
    }

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text, JsonText.Options);

    private IEnumerable<(string Step, string Manifest)> Manifests()
    {
        yield return ("work", Work());
        foreach (ReduceStage stage in JobTasks.Stages(plan))
        {
            yield return (JobTasks.NameOf(stage), Stage(stage));
        }

        yield return ("reduce", Reduce(waits: false));
    }

    /// <summary>Two Jobs, of which the second waits for the first and does all years itself.</summary>
    private string Whole() => $"""
        # kubectl apply -f job.yaml: pieces by many pods, all that comes after them by one. For many large years take submit.sh.
        {Work()}---
        {Reduce(waits: true)}
        """;

    private string Work()
    {
        int each = JobTasks.PiecesOfTask(plan, options.MostTasks);
        string last = (plan.Pieces.Count - 1).ToString(CultureInfo.InvariantCulture);
        return Job($"The pieces of a plan, {each} a task; {TriedAlone}", "work", JobTasks.Count(plan, each), JobTasks.WorkMegabytes(options.MemoryLimit), Shell($$"""
                          first=$((JOB_COMPLETION_INDEX * {{each}}))
                          last=$((first + {{each - 1}}))
                          [ "$last" -le {{last}} ] || last={{last}}
                          [ "$first" -le "$last" ] || exit 0
                          exec dotnet /app/IrrigationWatch.Cli.dll work {{JobTasks.Word(place)}} --piece "$first-$last" --scratch /tmp
            """));
    }

    private string Stage(ReduceStage stage)
    {
        string step = JobTasks.NameOf(stage);
        double megabytes = JobTasks.StageMegabytes(plan, stage);
        return stage == ReduceStage.Model
            ? Job(JobTasks.Describe(stage) + ".", step, null, megabytes, Arguments($"\"reduce\", {Json(place)}, \"--only\", \"{step}\""))
            : Job($"{JobTasks.Describe(stage)}, a task each; {TriedAlone}", step, plan.Years.Count, megabytes, Shell($$"""
                          set -- {{string.Join(' ', plan.Years)}}
                          shift "$JOB_COMPLETION_INDEX"
                          exec dotnet /app/IrrigationWatch.Cli.dll reduce {{JobTasks.Word(place)}} --only {{step}} --years "$1"
            """));
    }

    private string Reduce(bool waits)
    {
        string before = waits ? $$"""

                  initContainers:
                    - name: wait
            {{Container(1, 500)}}
            {{Arguments($"\"status\", {Json(place)}, \"--wait\"")}}
            """ : string.Empty;
        string comment = waits ? "Waits for the pieces, and does all that comes after them." : "Does all that comes after the years.";
        return Job(comment, "reduce", null, JobTasks.ReduceMegabytes(plan), Arguments($"\"reduce\", {Json(place)}, \"--allow-skipped\""), before);
    }

    /// <summary>A script as the command of a container, for tasks that work out from their number what to do.</summary>
    private static string Shell(string script) => $"""
                  command: ["/bin/sh", "-c"]
                  args:
                    - |
        {script}
        """;

    /// <summary>Arguments for the program of the image.</summary>
    private static string Arguments(string list) => $"          args: [{list}]";

    /// <summary>A Job of one container.</summary>
    /// <param name="comment">What it does.</param>
    /// <param name="step">Its step, by which it is named.</param>
    /// <param name="tasks">Number of tasks; null for a Job that is one.</param>
    /// <param name="megabytes">Memory of a task.</param>
    /// <param name="command">What the container runs.</param>
    /// <param name="before">Containers that run before it.</param>
    private string Job(string comment, string step, int? tasks, double megabytes, string command, string before = "")
    {
        string form = tasks is int count
            ? $"""
              completionMode: Indexed
              completions: {count}
              parallelism: {Math.Min(count, options.Parallel)}
              backoffLimitPerIndex: 3
            """
            : "  backoffLimit: 3";
        return $$"""
            # {{comment}}
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: {{name}}-{{step}}
            spec:
            {{form}}
              template:
                spec:
                  restartPolicy: Never{{before}}
                  containers:
                    - name: {{step}}
            {{Container(options.Cores, megabytes)}}
            {{command}}
            {{Volumes()}}

            """;
    }

    private string Submit() => $$"""
        #!/bin/sh
        # Begins each Job when the one before is complete. Run it again after failures: what is there is kept.
        set -eu
        here="$(cd "$(dirname "$0")" && pwd)"
        for step in {{string.Join(' ', Manifests().Select(manifest => manifest.Step))}}; do
          job="job/{{name}}-$step"
          kubectl delete --ignore-not-found "$job"
          kubectl apply -f "$here/$step.yaml"
          until kubectl wait --for=condition=complete --timeout=60s "$job" 2>/dev/null; do
            if [ "$(kubectl get "$job" -o 'jsonpath={.status.conditions[?(@.type=="Failed")].status}')" = True ]; then
              echo "$job failed: see kubectl logs $job and irrigationwatch status; then run $0 again" >&2
              exit 1
            fi
          done
        done

        """;

    private string Container(int cores, double megabytes)
    {
        string data = HasVolume ? $$"""

                        - { name: data, mountPath: {{Json(options.Mount)}} }
            """ : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $$"""
                      image: {{Json(options.Image)}}
                      env:
                        - { name: DOTNET_PROCESSOR_COUNT, value: "{{cores}}" }
                      envFrom:
                        - secretRef: { name: irrigation-storage, optional: {{(HasVolume ? "true" : "false")}} }
                      resources:
                        requests: { cpu: "{{cores}}", memory: "{{megabytes:0}}Mi" }
                        limits: { memory: "{{1.5 * megabytes:0}}Mi" }
                      securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } }
                      volumeMounts:{{data}}
                        - { name: scratch, mountPath: /tmp }
            """);
    }

    private string Volumes()
    {
        string data = HasVolume ? $$"""

                    - name: data
                      persistentVolumeClaim: { claimName: {{Json(options.Claim)}} }
            """ : string.Empty;
        return $$"""
                  volumes:{{data}}
                    - name: scratch
                      emptyDir: {}
            """;
    }
}
