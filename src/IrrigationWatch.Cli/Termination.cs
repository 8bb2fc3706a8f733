using System.Runtime.InteropServices;

namespace IrrigationWatch.Cli;

/// <summary>
/// Ctrl-C and SIGTERM: what is under way is told to end, and has a while for it; then the process ends. The runtime calls
/// handlers of these signals on threads of their own, and waiting is done there: the thread pool may be full of work that
/// looks at its end too seldom, as training does.
/// </summary>
internal sealed class Termination : IDisposable
{
    private readonly TimeSpan patience;
    private readonly Func<int> stopped;
    private readonly CancellationTokenSource source = new();
    private readonly ManualResetEventSlim ended = new();
    private readonly PosixSignalRegistration[] registrations;
    private int told;

    /// <summary>Begins to listen.</summary>
    /// <param name="patience">How long work may take to end by itself. Nothing is lost by ending it: what is finished is on disk.</param>
    /// <param name="stopped">Says what there is to say, and gives the exit code, where that is over, or the process is told again.</param>
    internal Termination(TimeSpan patience, Func<int> stopped)
    {
        this.patience = patience;
        this.stopped = stopped;
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Cancelled when the process is told to end.</summary>
    internal CancellationToken Token => source.Token;

    /// <summary>Work has ended.</summary>
    public void Dispose()
    {
        ended.Set();
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }
    }

    private void Handle(PosixSignalContext context)
    {
        // The system's own way would be to end at once.
        context.Cancel = true;
        bool again = Interlocked.Exchange(ref told, 1) == 1;
        if (!again)
        {
            new Thread(source.Cancel) { IsBackground = true }.Start();
        }

        if (again || !ended.Wait(patience))
        {
            Environment.Exit(stopped());
        }
    }
}
