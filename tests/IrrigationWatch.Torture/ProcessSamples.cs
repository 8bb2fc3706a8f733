using System.Diagnostics;
using System.Globalization;

namespace IrrigationWatch.Torture;

/// <summary>Memory and handles of a process while it runs, as the system tells them; on Linux alone.</summary>
internal sealed class ProcessSamples : IDisposable
{
    private readonly string folder;
    private readonly Timer timer;
    private readonly List<(long Memory, int Handles)> taken = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();

    internal ProcessSamples(Process process, int milliseconds)
    {
        folder = $"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}";
        timer = new Timer(_ => Take(), null, 0, milliseconds);
    }

    /// <summary>Seconds since the first sample.</summary>
    internal double Seconds => watch.Elapsed.TotalSeconds;

    /// <summary>How many were taken.</summary>
    internal int Count
    {
        get
        {
            lock (taken)
            {
                return taken.Count;
            }
        }
    }

    public void Dispose() => timer.Dispose();

    /// <summary>Asserts that neither grows: the middle of the last third of some samples is that of the third before, with room for chance.</summary>
    /// <param name="range">Which samples.</param>
    /// <returns>Megabytes of both thirds, and most handles of both.</returns>
    internal (double MemoryBefore, double MemoryAfter, int HandlesBefore, int HandlesAfter) AssertFlat(Range range)
    {
        (long Memory, int Handles)[] samples;
        lock (taken)
        {
            samples = [.. taken[range]];
        }

        Assert.True(samples.Length >= 9, $"only {samples.Length} samples");
        (long Memory, int Handles)[] before = samples[(samples.Length / 3)..(samples.Length * 2 / 3)];
        (long Memory, int Handles)[] after = samples[(samples.Length * 2 / 3)..];
        double memoryBefore = Middle(before);
        double memoryAfter = Middle(after);
        int handlesBefore = before.Max(sample => sample.Handles);
        int handlesAfter = after.Max(sample => sample.Handles);
        Assert.True(memoryAfter < memoryBefore * 1.15 + 20, $"memory grew from {memoryBefore:0} to {memoryAfter:0} MB");
        Assert.True(handlesAfter <= handlesBefore + 16, $"handles grew from {handlesBefore} to {handlesAfter}");
        return (memoryBefore, memoryAfter, handlesBefore, handlesAfter);
    }

    private static double Middle((long Memory, int Handles)[] samples) => samples.Select(sample => sample.Memory).Order().ElementAt(samples.Length / 2) / 1e6;

    private void Take()
    {
        try
        {
            string line = File.ReadLines(folder + "/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            long memory = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
            int handles = Directory.GetFiles(folder + "/fd").Length;
            lock (taken)
            {
                taken.Add((memory, handles));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or IndexOutOfRangeException)
        {
            // It has ended.
        }
    }
}
