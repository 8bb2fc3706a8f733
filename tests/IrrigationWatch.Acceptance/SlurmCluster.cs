using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>A real Slurm on this machine alone: a controller, two nodes of one core each, and munge, in a folder of their own.</summary>
public sealed class SlurmCluster : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly List<Process> daemons = [];
    private readonly Dictionary<string, Process> nodes = [];

    /// <summary>Starts it.</summary>
    public SlurmCluster()
    {
        File.WriteAllBytes(scratch.File("munge.key"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));
        Tool("chmod", "400", scratch.File("munge.key"));
        Directory.CreateDirectory(scratch.File("run"));
        Directory.CreateDirectory(scratch.File("state"));
        string host = Tool("hostname", "-s").Trim();
        string user = Environment.UserName;
        int[] ports = FreePorts(3);
        File.WriteAllText(Configuration, string.Create(CultureInfo.InvariantCulture, $"""
            ClusterName=test
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={ports[0]}
            SlurmUser={user}
            SlurmdUser={user}
            AuthType=auth/munge
            AuthInfo=socket={scratch.File("run", "munge")},cred_expire=5
            CredType=cred/munge
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            SwitchType=switch/none
            MpiDefault=none
            ReturnToService=2
            SlurmdTimeout=6
            KillWait=1
            InactiveLimit=0
            JobRequeue=1
            SlurmdParameters=config_overrides
            SchedulerType=sched/builtin
            SchedulerParameters=batch_sched_delay=1,sched_interval=2
            StateSaveLocation={scratch.File("state")}
            SlurmdSpoolDir={scratch.File("spool")}.%n
            SlurmctldPidFile={scratch.File("run", "slurmctld.pid")}
            SlurmdPidFile={scratch.File("run", "slurmd")}.%n.pid
            SlurmctldLogFile={scratch.File("run", "slurmctld.log")}
            SlurmdLogFile={scratch.File("run", "slurmd")}.%n.log
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            NodeName=one NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=64000
            NodeName=two NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=64000
            PartitionName=all Nodes=one,two Default=YES MaxTime=INFINITE State=UP

            """));
        Daemon("munged", "--foreground", "--force", "--key-file=" + scratch.File("munge.key"), "--socket=" + scratch.File("run", "munge"), "--pid-file=" + scratch.File("run", "munged.pid"), "--log-file=" + scratch.File("run", "munged.log"), "--seed-file=" + scratch.File("run", "munged.seed"));
        Until("munge answers", () => File.Exists(scratch.File("run", "munge")));
        Daemon("slurmctld", "-D", "-f", Configuration);
        foreach (string node in new[] { "one", "two" })
        {
            Directory.CreateDirectory(scratch.File("spool." + node));
            nodes[node] = Daemon("slurmd", "-D", "-N", node, "-f", Configuration);
        }

        UntilAllAreIdle();
    }

    private string Configuration => scratch.File("slurm.conf");

    /// <summary>Skips a test where this machine cannot have a cluster.</summary>
    internal static void SkipUnlessThere()
    {
        string[] missing = [.. new[] { "munged", "slurmctld", "slurmd", "sbatch" }.Where(tool => Find(tool) is null)];
        Assert.SkipWhen(missing.Length > 0, $"Slurm is not installed ({string.Join(", ", missing)}; Debian: slurm-wlm, munge)");
        Assert.SkipUnless(Environment.UserName == "root", "Slurm runs here as root alone");
    }

    /// <summary>Runs a program for which this is the cluster.</summary>
    internal CommandResult Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        using Process process = Process.Start(start)!;
        (int code, string output, string error) = Repository.EndOf(process, Repository.Patience) ?? throw new TimeoutException($"{program} had not ended after {Repository.Patience}");
        return new CommandResult(code, output, error);
    }

    /// <summary>A node loses its power: its daemon and all that it runs are gone at once.</summary>
    internal void PullThePlug(string node) => nodes[node].Kill(entireProcessTree: true);

    /// <summary>A node has its power again, and is ready when this returns.</summary>
    internal void PlugIn(string node)
    {
        nodes[node] = Daemon("slurmd", "-D", "-N", node, "-f", Configuration);
        UntilAllAreIdle();
    }

    /// <summary>What the daemons said, for a test that fails.</summary>
    internal string Logs() => string.Join("\n", Directory.GetFiles(scratch.File("run"), "slurm*.log").Select(log => $"{Path.GetFileName(log)}:\n{string.Join('\n', File.ReadLines(log).TakeLast(30))}"));

    /// <summary>Waits until something holds.</summary>
    internal void Until(string what, Func<bool> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), $"it never came that {what}\n{Logs()}");
            Thread.Sleep(200);
        }
    }

    public void Dispose()
    {
        // The last that was started ends first.
        foreach (Process daemon in Enumerable.Reverse(daemons))
        {
            if (!daemon.HasExited)
            {
                daemon.Kill(entireProcessTree: true);
                daemon.WaitForExit();
            }

            daemon.Dispose();
        }

        scratch.Dispose();
    }

    private static string? Find(string tool) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    private static string Tool(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd();
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }

    private void UntilAllAreIdle() => Until("both nodes are idle", () => Run("sinfo", "-h", "-t", "idle", "-o", "%D").Output.Trim() == "2");

    private Process Daemon(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        daemons.Add(process);
        return process;
    }
}
