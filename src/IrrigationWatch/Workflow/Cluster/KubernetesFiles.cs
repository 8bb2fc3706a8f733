using System.Globalization;
using IrrigationWatch.Features;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What the manifests for Kubernetes ask for.</summary>
public sealed record KubernetesOptions
{
    /// <summary>The image of the program; <c>tools/deploy/Dockerfile</c> makes one.</summary>
    public required string Image { get; init; }

    /// <summary>The persistent volume claim, for many writers, that holds plan, configuration, scenes and results.</summary>
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

/// <summary>Manifests that hand a plan to Kubernetes: an Indexed Job of work, and a Job that waits for it and joins.</summary>
public static class KubernetesFiles
{
    /// <summary>Writes <c>kubernetes/job.yaml</c> into the folder of a plan.</summary>
    /// <param name="folder">The folder of the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="options">What the manifests ask for.</param>
    /// <returns>The file.</returns>
    /// <exception cref="InputException">It cannot be written.</exception>
    /// <exception cref="ConfigurationException">The plan does not lie on the volume.</exception>
    public static string Write(string folder, JobPlan plan, KubernetesOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        string full = Path.GetFullPath(folder);
        foreach (string needed in new[] { full, plan.Configuration, plan.Output })
        {
            if (!needed.StartsWith(options.Mount.TrimEnd('/') + "/", StringComparison.Ordinal))
            {
                throw new ConfigurationException("--mount", $"is {options.Mount}, and {needed} does not lie below it; make the plan where the volume is mounted in the containers too");
            }
        }

        int each = JobTasks.PiecesOfTask(plan, options.MostTasks);
        int tasks = JobTasks.Count(plan, each);
        string name = "irrigation-" + Digest.OfTexts(full)[..8];
        string file = Path.Combine(full, "kubernetes", "job.yaml");
        string last = (plan.Pieces.Count - 1).ToString(CultureInfo.InvariantCulture);
        AtomicFile.WriteText(file, $$"""
            # kubectl apply -f {{file}}
            # The pieces of a plan, {{each}} a task; a task that fails is tried again three times, alone. Then they are joined.
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: {{name}}-work
            spec:
              completionMode: Indexed
              completions: {{tasks}}
              parallelism: {{Math.Min(tasks, options.Parallel)}}
              backoffLimitPerIndex: 3
              template:
                spec:
                  restartPolicy: Never
                  containers:
                    - name: work
            {{Container(options, JobTasks.WorkMegabytes(options.MemoryLimit))}}
                      command: ["/bin/sh", "-c"]
                      args:
                        - |
                          first=$((JOB_COMPLETION_INDEX * {{each}}))
                          last=$((first + {{each - 1}}))
                          [ "$last" -le {{last}} ] || last={{last}}
                          exec dotnet /app/IrrigationWatch.Cli.dll work {{JobTasks.Word(full)}} --piece "$first-$last" --scratch /tmp
            {{Volumes(options)}}
            ---
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: {{name}}-reduce
            spec:
              backoffLimit: 3
              template:
                spec:
                  restartPolicy: Never
                  initContainers:
                    - name: wait
            {{Container(options with { Cores = 1 }, 500)}}
                      args: ["status", {{Json(full)}}, "--wait"]
                  containers:
                    - name: reduce
            {{Container(options, JobTasks.ReduceMegabytes(plan))}}
                      args: ["reduce", {{Json(full)}}, "--allow-skipped"]
            {{Volumes(options)}}

            """);
        return file;
    }

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text, JsonText.Options);

    private static string Container(KubernetesOptions options, double megabytes) => string.Create(CultureInfo.InvariantCulture, $$"""
                      image: {{Json(options.Image)}}
                      env:
                        - { name: DOTNET_PROCESSOR_COUNT, value: "{{options.Cores}}" }
                      envFrom:
                        - secretRef: { name: irrigation-storage, optional: true }
                      resources:
                        requests: { cpu: "{{options.Cores}}", memory: "{{megabytes:0}}Mi" }
                        limits: { memory: "{{1.5 * megabytes:0}}Mi" }
                      securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } }
                      volumeMounts:
                        - { name: data, mountPath: {{Json(options.Mount)}} }
                        - { name: scratch, mountPath: /tmp }
            """);

    private static string Volumes(KubernetesOptions options) => $$"""
                  volumes:
                    - name: data
                      persistentVolumeClaim: { claimName: {{Json(options.Claim)}} }
                    - name: scratch
                      emptyDir: {}
            """;
}
