using System.Globalization;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>Few open files, little memory, streams that are closed or full: the same bytes, or one line that says which limit to raise.</summary>
public class MachineLimitTests(MadeOnce<Undisturbed> shared)
{
    private readonly Undisturbed undisturbed = shared.Value;

    /// <summary>What a shell does first, and what the line must name.</summary>
    public static TheoryData<string, string, string> TooLow() => new()
    {
        // The runtime itself starts from here on.
        { "ulimit -n 32", "open files: the limit of 32", "ulimit -n 1024" },
        { "ulimit -n 64", "open files: the limit of 64", "ulimit -n 1024" },
        { "ulimit -v 1200000", "address space: the limit of 1228 MB", "ulimit -v unlimited" },
        { "export DOTNET_GCHeapHardLimit=0x1000000", "memory: the limit of 16 MB", "DOTNET_GCHeapHardLimit" },
    };

    [Theory]
    [MemberData(nameof(TooLow))]
    public void A_limit_that_is_too_low_is_named_before_anything_is_done(string limit, string what, string remedy)
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        CommandResult result = CommandLine.RunInShell($"{limit}; exec \"$@\"", "run", undisturbed.Configuration, "-o", output);
        result.FailsWith(1, what, remedy);
        Assert.Equal("", result.Output);
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void A_server_says_that_it_needs_more_files_than_a_command()
    {
        int limit = Gdal.MachineLimits.LeastOpenFiles();
        CommandLine.RunInShell($"ulimit -n {limit}; exec \"$@\"", "serve", "nowhere").FailsWith(1, $"open files: the limit of {limit}", "ulimit -n 1024");
        // Enough for others; which fail for a reason of their own.
        CommandLine.RunInShell($"ulimit -n {limit}; exec \"$@\"", "change", "nowhere.csv", "-o", "nowhere.txt").FailsWith(1, "nowhere.csv");
    }

    [Fact]
    public void Files_that_were_open_before_are_counted()
    {
        int limit = Gdal.MachineLimits.LeastOpenFiles();
        CommandLine.RunInShell($"exec 3</dev/null 4</dev/null 5</dev/null 6</dev/null 7</dev/null 8</dev/null 9</dev/null; ulimit -n {limit}; exec \"$@\"", "change", "nowhere.csv", "-o", "nowhere.txt").FailsWith(1, $"open files: the limit of {limit}", "beside those that the program was begun with");
    }

    [Fact]
    public void With_the_least_of_open_files_and_address_space_the_same_bytes_come_out()
    {
        int[] limits = [.. Form.Cases(1, Gdal.MachineLimits.LeastOpenFiles(), 200, 256, 290, 400).Where(limit => limit >= Gdal.MachineLimits.LeastOpenFiles())];
        foreach (int limit in limits)
        {
            using var scratch = new ScratchFolder();
            string output = scratch.File("out");
            string script = string.Create(CultureInfo.InvariantCulture, $"ulimit -n {limit}; ulimit -v {Gdal.MachineLimits.LeastAddressSpace / 1024}; exec \"$@\"");
            CommandLine.RunInShell(script, "run", undisturbed.Configuration, "-o", output).Succeeds();
            undisturbed.AssertSame(output);
        }

        Form.Report("few open files and little address space (ulimit -n, -v), little memory (DOTNET_GCHeapHardLimit)", $"{limits.Length} limits of open files from {limits[0]} on: equal byte for byte; below: one line that names the limit");
    }

    [Fact]
    public void Without_input_output_and_error_no_line_gets_into_a_file()
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        CommandResult result = CommandLine.RunInShell("exec \"$@\" <&- >&- 2>&-", "run", undisturbed.Configuration, "-o", output).Succeeds();
        Assert.Equal("", result.Output + result.Error);
        undisturbed.AssertSame(output);
        // An error has nowhere to go, and its code still says so.
        Assert.Equal(2, CommandLine.RunInShell("exec \"$@\" >&- 2>&-", "run", scratch.File("nothing.yaml")).Code);
        // Those that are there are used.
        Assert.Contains("nothing.yaml", CommandLine.RunInShell("exec \"$@\" <&- >&-", "run", scratch.File("nothing.yaml")).Error, StringComparison.Ordinal);
        string catalogue = Path.Combine(output, ".work", "catalogue.db");
        Assert.Contains("LE07", CommandLine.RunInShell("exec \"$@\" <&- 2>&-", "catalogue", "list", "-c", catalogue).Output, StringComparison.Ordinal);
        Assert.Contains("LE07", CommandLine.RunInShell("\"$@\" >&-; exec \"$@\"", "catalogue", "list", "-c", catalogue).Output, StringComparison.Ordinal);
        Form.Report("`run` without standard input, output and error (`<&- >&- 2>&-`)", "equal byte for byte, nothing written elsewhere; the exit code says what a line would");
    }

    [Fact]
    public void Who_reads_no_further_is_no_error_and_a_full_disk_behind_the_output_is_one_that_is_named()
    {
        using var scratch = new ScratchFolder();
        string catalogue = scratch.File("catalogue.db");
        CommandResult head = CommandLine.RunInShell("{ \"$@\"; echo \"exit $?\" >&2; } | head -n 1", "catalogue", "add", Path.Combine(Path.GetDirectoryName(undisturbed.Configuration)!, "scenes"), "-c", catalogue, "--json");
        Assert.Contains("exit 0", head.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("error", head.Error, StringComparison.Ordinal);
        CommandResult closed = CommandLine.RunInShell("{ \"$@\" 2>&1; echo \"exit $?\" >&2; } | true", "catalogue", "list", "-c", catalogue);
        Assert.Equal("exit 0\n", closed.Error);
        CommandLine.RunInShell("exec \"$@\" >/dev/full", "catalogue", "list", "-c", catalogue).FailsWith(1, "standard output: cannot be written (No space left on device)");
        // What is lost of progress is no reason to lose the work.
        CommandLine.RunInShell("exec \"$@\" 2>/dev/full", "catalogue", "verify", "-c", catalogue).Succeeds();
        Form.Report("output into a pipe whose reader ends; onto a full disk; progress onto a full disk", "exit 0 without a word; one line that names standard output; the work goes on");
    }
}
