using BenchmarkDotNet.Running;

namespace IrrigationWatch.Benchmarks;

/// <summary><c>kernels</c>: BenchmarkDotNet; other words: one piece of work, timed from outside by tools/bench.</summary>
internal static class Program
{
    internal static int Main(string[] args)
    {
        if (args is ["kernels", .. string[] options])
        {
            BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(options);
            return 0;
        }

        return Work.Run(args);
    }
}
