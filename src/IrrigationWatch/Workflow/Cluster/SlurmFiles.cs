using System.Globalization;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>Files that hand a plan to Slurm: an array of work, arrays that join and classify years, jobs that train and publish, and a script that submits all.</summary>
public sealed class SlurmFiles
{
    /// <summary>Tasks of years are numbered from here: numbers of tasks must be below 1001 unless a cluster says otherwise.</summary>
    private const int FirstYear = 1900;

    private readonly JobPlan plan;
    private readonly SlurmOptions options;
    private readonly string folder;

    private SlurmFiles(string folder, JobPlan plan, SlurmOptions options)
    {
        this.folder = Path.GetFullPath(folder);
        this.plan = plan;
        this.options = options;
    }

    /// <summary>Pieces of one task of the array.</summary>
    private int Each => JobTasks.PiecesOfTask(plan, options.MostTasks);

    /// <summary>Writes <c>slurm/work.sbatch</c>, <c>join</c>, <c>model</c>, <c>classify</c>, <c>reduce.sbatch</c> and <c>slurm/submit.sh</c> into the folder of a plan.</summary>
    /// <param name="folder">The folder of the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="options">What the files ask Slurm for.</param>
    /// <returns>The script that submits.</returns>
    /// <exception cref="InputException">They cannot be written.</exception>
    public static string Write(string folder, JobPlan plan, SlurmOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        var files = new SlurmFiles(folder, plan, options);
        if (RemotePath.IsAddress(folder))
        {
            throw new ConfigurationException("--slurm", $"wants the plan in a folder that all nodes see, for its logs; {folder} is none");
        }

        string slurm = Path.Combine(files.folder, "slurm");
        string submit = Path.Combine(slurm, "submit.sh");
        AtomicFile.WriteText(Path.Combine(slurm, "work.sbatch"), files.Work());
        foreach (ReduceStage stage in JobTasks.Stages(plan))
        {
            AtomicFile.WriteText(Path.Combine(slurm, JobTasks.NameOf(stage) + ".sbatch"), files.Stage(stage));
        }

        AtomicFile.WriteText(Path.Combine(slurm, "reduce.sbatch"), files.Reduce());
        AtomicFile.WriteText(submit, files.Submit());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(submit, File.GetUnixFileMode(submit) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        }

        return submit;
    }

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>Hours, minutes and seconds: three times what is expected, ten minutes at least, whole ten minutes.</summary>
    private static string Time(double seconds)
    {
        var time = TimeSpan.FromMinutes(10 * Math.Ceiling(Math.Max(600, 3 * seconds) / 600));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:00");
    }

    private string Work()
    {
        double longest = plan.Pieces.Chunk(Each).Select(task => task.Sum(piece => piece.Seconds)).DefaultIfEmpty(0).Max();
        return $$"""
            #!/bin/bash
            # The pieces of a plan, {{Each}} a task. A task whose pieces failed is queued again up to {{SlurmOptions.Retries}} times; pieces that are there are not made again.
            #SBATCH --job-name=irrigation-work
            #SBATCH --array=0-{{JobTasks.Count(plan, Each) - 1}}
            {{Common(options.Cores, JobTasks.WorkMegabytes(options.MemoryLimit), longest / options.Cores, "work-%A_%a.log")}}
            each={{Each}}
            last={{Number(plan.Pieces.Count - 1)}}
            failed=0
            for piece in $(seq "$((SLURM_ARRAY_TASK_ID * each))" "$((SLURM_ARRAY_TASK_ID * each + each - 1))"); do
              [ "$piece" -le "$last" ] || break
              "${program[@]}" work "$plan" --piece "$piece" ${IRRIGATIONWATCH_SCRATCH:+--scratch "$IRRIGATIONWATCH_SCRATCH"} >>"$plan/logs/piece-$piece.log" 2>&1 || failed=$((failed + 1))
            done
            if [ "$failed" -gt 0 ]; then
              echo "task $SLURM_ARRAY_TASK_ID on $(hostname): $failed of its pieces failed, see $plan/logs" >&2
              if [ "${SLURM_RESTART_COUNT:-0}" -lt {{SlurmOptions.Retries}} ]; then
                scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}" && sleep 60
              fi
              exit 1
            fi

            """;
    }

    private string Stage(ReduceStage stage)
    {
        string name = JobTasks.NameOf(stage);
        string array = stage == ReduceStage.Model ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"\n#SBATCH --array={PieceNumbers.Format(plan.Years.Select(year => year - FirstYear))}");
        string years = stage == ReduceStage.Model ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" --years \"$(({FirstYear} + SLURM_ARRAY_TASK_ID))\"");
        string log = stage == ReduceStage.Model ? "model-%j.log" : name + "-%A_%a.log";
        return $$"""
            #!/bin/bash
            # {{JobTasks.Describe(stage)}}{{(array.Length > 0 ? $", a task each: its number is the year less {FirstYear}" : string.Empty)}}. What is there is kept.
            #SBATCH --job-name=irrigation-{{name}}{{array}}
            {{Common(options.Cores, JobTasks.StageMegabytes(plan, stage), CostModel.Default.StageSeconds(plan, stage) / JobTasks.Use(options.Cores), log)}}
            "${program[@]}" reduce "$plan" --only {{name}}{{years}} ${IRRIGATIONWATCH_SCRATCH:+--scratch "$IRRIGATIONWATCH_SCRATCH"}

            """;
    }

    private string Reduce() => $$"""
        #!/bin/bash
        # Does all that comes after the years. It refuses an incomplete set and names what is missing: run submit.sh again then.
        #SBATCH --job-name=irrigation-reduce
        {{Common(options.Cores, JobTasks.ReduceMegabytes(plan), CostModel.Default.PublishSeconds(plan) / JobTasks.Use(options.Cores), "reduce-%j.log")}}
        "${program[@]}" reduce "$plan" --allow-skipped

        """;

    private string Common(int cores, double megabytes, double seconds, string log)
    {
        string more = string.Concat(options.Lines.Select(line => $"\n#SBATCH {line}"));
        return $$"""
            #SBATCH --nodes=1
            #SBATCH --ntasks=1
            #SBATCH --cpus-per-task={{cores}}
            #SBATCH --mem={{Number(megabytes)}}M
            #SBATCH --time={{Time(seconds)}}
            #SBATCH --requeue
            #SBATCH --open-mode=append
            #SBATCH --output="{{folder.Replace("%", "%%", StringComparison.Ordinal)}}/logs/{{log}}"{{more}}
            set -u
            plan={{JobTasks.Word(folder)}}
            program=({{string.Join(' ', options.Program.Select(JobTasks.Word))}})
            [ -z "${IRRIGATIONWATCH:-}" ] || read -r -a program <<<"$IRRIGATIONWATCH"
            export DOTNET_PROCESSOR_COUNT="${SLURM_CPUS_PER_TASK:-{{cores}}}"
            """;
    }

    private string Submit() => $$"""
        #!/bin/bash
        # Submits the pieces that are missing and, behind them, what joins, trains, classifies and publishes. Run it again after failures: what is there is kept.
        set -euo pipefail
        plan={{JobTasks.Word(folder)}}
        program=({{string.Join(' ', options.Program.Select(JobTasks.Word))}})
        [ -z "${IRRIGATIONWATCH:-}" ] || read -r -a program <<<"$IRRIGATIONWATCH"
        tasks="$("${program[@]}" status "$plan" --missing --each {{Each}})"
        after=()
        if [ -n "$tasks" ]; then
          work="$(sbatch --parsable --array="$tasks" "$plan/slurm/work.sbatch")"
          after=(--dependency="afterany:${work%%;*}")
          echo "work: job ${work%%;*}, tasks $tasks"
        fi
        for stage in {{string.Join(' ', JobTasks.Stages(plan).Select(JobTasks.NameOf).Append("reduce"))}}; do
          job="$(sbatch --parsable ${after[@]+"${after[@]}"} "$plan/slurm/$stage.sbatch")"
          after=(--dependency="afterany:${job%%;*}")
          echo "$stage: job ${job%%;*}"
        done
        echo "state: squeue --me; irrigationwatch status $plan; logs in $plan/logs"

        """;
}
