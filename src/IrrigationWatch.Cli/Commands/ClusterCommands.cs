using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>plan</c>, <c>work</c>, <c>reduce</c> and <c>status</c>: the main job cut into pieces for many machines.</summary>
internal static class ClusterCommands
{
    internal static Command CreatePlan()
    {
        var file = new Argument<string>("IRRIGATION.yaml") { Description = "The configuration of the run." };
        Option<string> output = CommonOptions.Output("Folder of the plan, on a disk that all machines share, or its address in object storage, as s3://bucket/plan.");
        var results = new Option<string?>("--results") { Description = "Output folder of the run instead of the file's; also an address, as s3://bucket/results.", HelpName = "DIR" };
        var block = new Option<int>("--block") { Description = "Tiles of 256 pixels of a side of a piece.", HelpName = "TILES", DefaultValueFactory = _ => 8 };
        var slurm = new Option<bool>("--slurm") { Description = "Also write files for Slurm: slurm/submit.sh submits the pieces as an array and, behind them, the years and the job that publishes." };
        var tasks = new Option<int>("--tasks") { Description = "Most tasks of Slurm's array; more pieces share tasks.", HelpName = "COUNT", DefaultValueFactory = _ => 1000 };
        var cores = new Option<int>("--cores") { Description = "Cores of a task.", HelpName = "COUNT", DefaultValueFactory = _ => 2 };
        var sbatch = new Option<string[]>("--sbatch") { Description = "A further option of sbatch, as --sbatch=--partition=long; may be given more than once.", HelpName = "OPTION", DefaultValueFactory = _ => [] };
        var kubernetes = new Option<string?>("--kubernetes") { Description = "Also write manifests for this image: Indexed Jobs of the pieces and the years, and kubernetes/submit.sh, which begins each when the one before is complete; kubernetes/job.yaml does all of it with two Jobs.", HelpName = "IMAGE" };
        var claim = new Option<string>("--claim") { Description = "For --kubernetes: the persistent volume claim with plan, scenes and results.", HelpName = "NAME", DefaultValueFactory = _ => "irrigation" };
        var mount = new Option<string>("--mount") { Description = "For --kubernetes: where the claim is mounted, here and there.", HelpName = "DIR", DefaultValueFactory = _ => "/data" };
        var parallel = new Option<int>("--parallel") { Description = "For --kubernetes: tasks at the same time.", HelpName = "COUNT", DefaultValueFactory = _ => 20 };
        var estimate = new Option<int[]>("--estimate") { Description = "Also simulate the plan on so many workers, as --estimate 10 100; says time, price, and what keeps more from being faster.", HelpName = "WORKERS", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var costs = new Option<string?>("--costs") { Description = "A plan whose pieces that are done say how long pieces take; without it, as docs/performance.md measured.", HelpName = "PLAN" };
        var storage = new Option<double>("--storage") { Description = "For --estimate: megabytes a second that the storage gives to all workers together.", HelpName = "MB/S", DefaultValueFactory = _ => 1000 };
        var all = new Option<int?>("--cores-in-all") { Description = "For --estimate: cores that all workers have together, where these are fewer than those of each.", HelpName = "COUNT" };
        var price = new Option<double>("--price") { Description = "For --estimate: price of a core for an hour.", HelpName = "PRICE", DefaultValueFactory = _ => 0.05 };
        Option<bool> json = CommonOptions.Json();
        return new Command("plan", "Cuts a run into pieces that do not depend on each other: the features of a year in a block of tiles.\nExample: irrigationwatch plan irrigation.yaml -o plan/ --slurm && plan/slurm/submit.sh")
        {
            file, output, results, block, slurm, tasks, cores, sbatch, kubernetes, claim, mount, parallel, estimate, costs, storage, all, price, json,
        }.WithAction((parsed, terminal, cancel) =>
        {
            RunConfiguration configuration = ConfigurationReader.Read(parsed.GetValue(file)!, parsed.GetValue(results), needsScenes: true);
            string folder = parsed.GetValue(output)!;
            // Learned before the plan is made: it may be the one that is made again.
            CostModel model = parsed.GetValue(costs) is string measured ? CostModel.Fit(measured) : CostModel.Default;
            JobPlan plan;
            using (var progress = new ConsoleProgress(terminal))
            {
                plan = IrrigationRun.Plan(configuration, folder, CommonOptions.AtLeast(parsed, block, 1), model, progress, cancel);
            }

            string? submit = parsed.GetValue(slurm)
                ? SlurmFiles.Write(folder, plan, new SlurmOptions
                {
                    Program = Self(),
                    MostTasks = CommonOptions.AtLeast(parsed, tasks, 1),
                    Cores = CommonOptions.AtLeast(parsed, cores, 1),
                    MemoryLimit = configuration.Features.MemoryLimit,
                    Lines = parsed.GetValue(sbatch)!,
                })
                : null;
            string? manifest = parsed.GetValue(kubernetes) is string image
                ? KubernetesFiles.Write(folder, plan, new KubernetesOptions
                {
                    Image = image,
                    Claim = parsed.GetValue(claim)!,
                    Mount = parsed.GetValue(mount)!,
                    MostTasks = CommonOptions.AtLeast(parsed, tasks, 1),
                    Parallel = CommonOptions.AtLeast(parsed, parallel, 1),
                    Cores = CommonOptions.AtLeast(parsed, cores, 1),
                    MemoryLimit = configuration.Features.MemoryLimit,
                })
                : null;
            if (parsed.GetValue(json))
            {
                PlanAnswer answer = Answer.Read<PlanAnswer>(plan.ToJson());
                Answer.Print(terminal, answer with { Estimates = [.. Estimates(plan, model, parsed.GetValue(estimate)!, Cluster(parsed))], Submit = submit ?? manifest });
                return ExitCode.Done;
            }

            string kept = plan.TilesKept > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {plan.TilesKept} tiles hold already") : string.Empty;
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{folder}: {plan.Pieces.Count} pieces of {plan.Pieces.Select(piece => piece.Year).Distinct().Count()} years, about {Duration(plan.Seconds)} of one core{kept}"));
            if (parsed.GetValue(estimate) is { Length: > 0 } workers)
            {
                Print(terminal, Estimates(plan, model, workers, Cluster(parsed)));
            }

            if (submit is not null || manifest is not null)
            {
                terminal.Output.WriteLine($"submit: {submit ?? manifest}");
                return ExitCode.Done;
            }

            if (plan.Pieces.Count > 0)
            {
                terminal.Output.WriteLine($"work, anywhere and in any order: irrigationwatch work {folder} --piece N, for N from 0 to {plan.Pieces.Count - 1}");
            }

            terminal.Output.WriteLine($"then: irrigationwatch reduce {folder}");
            return ExitCode.Done;
        });

        SimulatedCluster Cluster(ParseResult parsed) => new()
        {
            Cores = CommonOptions.AtLeast(parsed, cores, 1),
            CoresInAll = parsed.GetValue(all) is int count ? Math.Max(1, count) : null,
            StorageBytesPerSecond = 1e6 * Positive(parsed, storage),
            PricePerCoreHour = CommonOptions.NotNegative(parsed, price),
        };
    }

    internal static Command CreateWork()
    {
        Argument<string> plan = Plan();
        var piece = new Option<string>("--piece") { Description = "The number of a piece, or several as 0-99 or 3,17,40-44.", HelpName = "N", Required = true };
        var scratch = new Option<string?>("--scratch") { Description = "Folder on a disk of this machine in which pieces are made before they are moved beside the plan.", HelpName = "DIR" };
        Option<bool> json = CommonOptions.Json();
        return new Command("work", "Makes a piece of a plan unless it is there. Any number of workers may be at work at once.\nExample: irrigationwatch work plan/ --piece 0")
        {
            plan, piece, scratch, json,
        }.WithAction((parsed, terminal, cancel) =>
        {
            IReadOnlyList<int> numbers = Numbers(piece.Name, parsed.GetValue(piece)!);
            bool rejected = false;
            var failed = new List<int>();
            var pieces = new List<PieceAnswer>();
            var damaged = new List<SkippedScene>();
            var causes = new List<FailedPieceAnswer>();
            bool asJson = parsed.GetValue(json);
            using var worker = new PieceWorker(parsed.GetValue(plan)!, parsed.GetValue(scratch));
            foreach (int number in numbers)
            {
                PieceSummary summary;
                try
                {
                    using var progress = new ConsoleProgress(terminal);
                    summary = worker.Work(number, progress, cancel);
                }
                catch (InputException e) when (numbers.Count > 1)
                {
                    // What ails one piece, as a server that does not answer, need not ail the next.
                    terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"piece {number}: {e.Message.ReplaceLineEndings(" ")}"));
                    failed.Add(number);
                    causes.Add(new FailedPieceAnswer(number, e.Message));
                    continue;
                }

                foreach (SkippedScene scene in summary.Rejected)
                {
                    terminal.Error.WriteLine($"skipped: {scene.Path}: {scene.Cause}");
                    rejected = true;
                    damaged.Add(scene);
                }

                pieces.Add(new PieceAnswer(number, summary.WasThere, summary.Piece.Year, summary.Piece.Tiles.Count, summary.Seconds));
                if (!asJson)
                {
                    terminal.Output.WriteLine(summary.WasThere
                        ? string.Create(CultureInfo.InvariantCulture, $"piece {number}: was there")
                        : string.Create(CultureInfo.InvariantCulture, $"piece {number}: features {summary.Piece.Year}, {summary.Piece.Tiles.Count} tiles, {summary.Seconds:0.0} s"));
                }
            }

            if (asJson)
            {
                Answer.Print(terminal, new WorkAnswer([.. pieces], SkippedAnswer.Of(damaged), [.. causes]));
            }

            if (rejected)
            {
                terminal.Error.WriteLine("warning: all workers leave these scenes out from now on; pieces that were made with them are to be made again, 'irrigationwatch status' names them");
            }

            if (failed.Count > 0)
            {
                terminal.Error.WriteLine($"error: pieces {PieceNumbers.Format(failed)} failed for the causes above; run 'irrigationwatch work {parsed.GetValue(plan)} --piece {PieceNumbers.Format(failed)}' again when these are removed");
            }

            return failed.Count > 0 ? ExitCode.Failed : ExitCode.Done;
        });
    }

    internal static Command CreateReduce()
    {
        Argument<string> plan = Plan();
        var output = new Option<string?>("--output", "-o") { Description = "Output folder instead of the plan's." };
        var partial = new Option<bool>("--partial") { Description = "Join what is there; tiles that are missing count as not observed, and are named." };
        var allowSkipped = new Option<bool>("--allow-skipped") { Description = "Exit with 0 even when scenes had to be left out." };
        Option<bool> json = CommonOptions.Json();
        var only = new Option<ReduceStage?>("--only") { Description = "Do one stage of it and leave the rest to others: join the features of years, train the model, or classify years. Workers may do different years at once.", HelpName = "join|model|classify" };
        var years = new Option<string?>("--years") { Description = "With --only: some years, as 1990-1999 or 1984,2001; without it all.", HelpName = "YEARS" };
        var scratch = new Option<string?>("--scratch") { Description = "Folder on a disk of this machine for files until they are whole.", HelpName = "DIR" };
        return new Command("reduce", "Joins the pieces of a plan, and does all that 'run' does after them.\nExample: irrigationwatch reduce plan/")
        {
            plan, output, partial, allowSkipped, only, years, scratch, json,
        }.WithAction((parsed, terminal, cancel) =>
        {
            if (parsed.GetValue(only) is ReduceStage stage)
            {
                if (parsed.GetValue(partial))
                {
                    throw new ConfigurationException(partial.Name, "joins what is there of all years; leave out --only");
                }

                return ReduceYears(terminal, stage, parsed.GetValue(years), parsed.GetValue(plan)!, parsed.GetValue(output), parsed.GetValue(scratch), parsed.GetValue(json), cancel);
            }

            if (parsed.GetValue(years) is not null)
            {
                throw new ConfigurationException(years.Name, "says which years --only is meant for; give both, or none");
            }

            RunSummary summary;
            using (var progress = new ConsoleProgress(terminal))
            {
                summary = IrrigationRun.Reduce(parsed.GetValue(plan)!, parsed.GetValue(output), parsed.GetValue(partial), parsed.GetValue(scratch), progress, cancel);
            }

            return RunCommand.Report(terminal, summary, summary.Output, parsed.GetValue(json), parsed.GetValue(allowSkipped));
        });
    }

    /// <summary>One stage, for some years.</summary>
    private static int ReduceYears(Terminal terminal, ReduceStage stage, string? years, string plan, string? output, string? scratch, bool asJson, CancellationToken cancel)
    {
        using var progress = new ConsoleProgress(terminal);
        using var worker = new StageWorker(plan, output, scratch, progress, cancel);
        int[] wanted = [.. worker.Years];
        int[] without = [];
        if (years is not null)
        {
            int[] asked = [.. Numbers("--years", years)];
            wanted = [.. asked.Intersect(wanted)];
            without = [.. asked.Except(wanted)];
            foreach (int year in without)
            {
                terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{year}: has no scenes"));
            }
        }

        switch (stage)
        {
            case ReduceStage.Join:
                worker.Join(wanted);
                break;
            case ReduceStage.Model:
                worker.TrainModel();
                break;
            default:
                worker.Classify(wanted);
                break;
        }

        progress.Dispose();
        foreach (string warning in worker.Warnings)
        {
            terminal.Error.WriteLine($"warning: {warning}");
        }

        if (asJson)
        {
            Answer.Print(terminal, new StageAnswer(stage.ToString().ToLowerInvariant(), [.. worker.Done], without, [.. worker.Warnings]));
            return ExitCode.Done;
        }

        terminal.Output.WriteLine(worker.Done.Count == 0 ? "all was there" : string.Join('\n', worker.Done));
        return ExitCode.Done;
    }

    private static IReadOnlyList<int> Numbers(string option, string text)
    {
        try
        {
            return PieceNumbers.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(option, e.Message);
        }
    }

    internal static Command CreateStatus()
    {
        Argument<string> plan = Plan();
        var missing = new Option<bool>("--missing") { Description = "Print the numbers of the pieces that are missing and nothing else, as 3,17,40-44." };
        var wait = new Option<bool>("--wait") { Description = "Wait until no piece is missing." };
        var until = new Option<ReduceStage?>("--until") { Description = "With --wait: wait until this stage of all years is done too.", HelpName = "join|model|classify" };
        var each = new Option<int>("--each") { Description = "With --missing: print the numbers of tasks of so many pieces instead.", HelpName = "PIECES", DefaultValueFactory = _ => 1 };
        Option<bool> json = CommonOptions.Json();
        return new Command("status", "What of a plan is done.\nExample: irrigationwatch status plan/")
        {
            plan, missing, each, wait, until, json,
        }.WithAction((parsed, terminal, cancel) =>
        {
            JobState state = JobState.Of(parsed.GetValue(plan)!);
            ReduceStage? last = parsed.GetValue(until);
            while (parsed.GetValue(wait) && (last is ReduceStage stage ? !state.Stages.IsDone(stage) : state.Missing.Count > 0))
            {
                cancel.WaitHandle.WaitOne(TimeSpan.FromSeconds(10));
                cancel.ThrowIfCancellationRequested();
                state = JobState.Of(parsed.GetValue(plan)!);
            }

            if (parsed.GetValue(missing) && !parsed.GetValue(json))
            {
                terminal.Output.WriteLine(PieceNumbers.Format(state.Missing.Select(number => number / CommonOptions.AtLeast(parsed, each, 1))));
                return ExitCode.Done;
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new StatusAnswer(
                    state.Pieces,
                    state.Done,
                    [.. state.Missing],
                    Math.Round(state.SecondsSpent, 1),
                    Math.Round(state.SecondsLeft, 1),
                    [.. state.Stages.Years],
                    [.. state.Stages.Joined],
                    state.Stages.HasModel,
                    [.. state.Stages.Classified],
                    [.. state.Damaged],
                    SkippedAnswer.Of(state.Rejected)));
                return ExitCode.Done;
            }

            CultureInfo invariant = CultureInfo.InvariantCulture;
            terminal.Output.WriteLine(string.Create(invariant, $"{state.Done} of {state.Pieces} pieces are done; of one core {Duration(state.SecondsSpent)} were spent, about {Duration(state.SecondsLeft)} are left"));
            foreach ((int year, int done, int pieces) in state.Years)
            {
                terminal.Output.WriteLine(string.Create(invariant, $"{year}  {done,5} of {pieces,5}"));
            }

            StageState stages = state.Stages;
            terminal.Output.WriteLine(string.Create(invariant, $"of {stages.Years.Count} years {stages.Joined.Count} are joined{(stages.WantsNoModel ? string.Empty : string.Create(invariant, $", {stages.Classified.Count} are classified; the model is {(stages.HasModel ? "there" : "not there")}"))}"));
            if (state.Missing.Count > 0)
            {
                terminal.Output.WriteLine($"missing: {PieceNumbers.Format(state.Missing)}");
            }

            foreach (string file in state.Damaged)
            {
                terminal.Output.WriteLine($"damaged: {file}");
            }

            foreach (SkippedScene scene in state.Rejected)
            {
                terminal.Output.WriteLine($"skipped: {scene.Path}: {scene.Cause}");
            }

            return ExitCode.Done;
        });
    }

    private static double Positive(ParseResult parsed, Option<double> option) =>
        CommonOptions.NotNegative(parsed, option) is double number and > 0 ? number : throw new ConfigurationException(option.Name, "must be more than 0");

    private static IEnumerable<EstimatedAnswer> Estimates(JobPlan plan, CostModel costs, int[] workers, SimulatedCluster cluster)
    {
        foreach (int count in workers.Order().Distinct())
        {
            JobEstimate estimate = JobSimulation.Run(plan, costs, count >= 1 ? count : throw new ConfigurationException("--estimate", $"is {count}; use 1 or more"), cluster);
            yield return new EstimatedAnswer(count, estimate.WorkSeconds, estimate.YearSeconds, estimate.ReduceSeconds, estimate.Seconds, estimate.CoreHours, estimate.Price, estimate.Efficiency, estimate.Limit);
        }
    }

    private static void Print(Terminal terminal, IEnumerable<EstimatedAnswer> estimates)
    {
        terminal.Output.WriteLine("workers      pieces       years      reduce      in all  core hours      price  efficiency  limit");
        foreach (EstimatedAnswer estimate in estimates)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{estimate.Workers,7} {Duration(estimate.WorkSeconds),11} {Duration(estimate.YearSeconds),11} {Duration(estimate.ReduceSeconds),11} {Duration(estimate.Seconds),11} {estimate.CoreHours,11:0.0} {estimate.Price,10:0.00} {estimate.Efficiency,11:0%}  {estimate.Limit}"));
        }
    }

    /// <summary>This program as another process would begin it.</summary>
    private static string[] Self()
    {
        string program = Environment.ProcessPath ?? "irrigationwatch";
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "IrrigationWatch.Cli.dll")] : [program];
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0} min"),
        < 5400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
    };

    private static Argument<string> Plan() => new("PLAN") { Description = "The folder of the plan." };
}
