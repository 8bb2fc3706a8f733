using System.Globalization;
using System.Text.RegularExpressions;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>Disks that are full, read-only, or cannot replace a file: a clear error, nothing that was written is lost, and then the same bytes.</summary>
public partial class DiskTests(MadeOnce<Undisturbed> shared)
{
    private readonly Undisturbed undisturbed = shared.Value;

    [Fact]
    public void A_disk_that_fills_at_a_random_point_is_said_and_made_good()
    {
        var random = new Random(Form.Seed);
        int cases = Form.Cases(3, 50);
        int full = 0;
        for (int i = 0; i < cases; i++)
        {
            // Every second one so small that it fills while the catalogue and its log are written.
            long room = i % 2 == 0 ? 16 + 12 * i : random.NextInt64(64, undisturbed.Bytes / 1024);
            using SmallDisk disk = SmallDisk.Mount(room);
            string output = disk.File("out");
            CommandResult result = undisturbed.Run(output);
            if (result.Code != 0)
            {
                full++;
                AssertClear(result, disk.Folder);
            }

            disk.Resize(64 << 10);
            undisturbed.Run(output).Succeeds();
            undisturbed.AssertSame(output);
        }

        Assert.True(full >= cases / 3, $"only {full} of {cases} disks were too small");
        Form.Report("disk full at random points (tmpfs), then made larger", string.Create(CultureInfo.InvariantCulture, $"{cases} sizes, {full} too small: each a clear error in one line, then equal byte for byte"));
    }

    [Fact]
    public void A_disk_that_turns_read_only_is_said_and_made_good()
    {
        using SmallDisk disk = SmallDisk.Mount(64 << 10);
        string output = disk.File("out");
        disk.SetReadOnly(true);
        AssertClear(undisturbed.Run(output), disk.Folder);
        disk.SetReadOnly(false);
        Directory.CreateDirectory(Path.Combine(output, "years", "2013"));
        Assert.True(CommandLine.RunUntilWritten(output, "years/2013/features.tif", "run", undisturbed.Configuration, "-o", output));
        disk.SetReadOnly(true);
        AssertClear(undisturbed.Run(output), disk.Folder);
        disk.SetReadOnly(false);
        undisturbed.Run(output).Succeeds();
        undisturbed.AssertSame(output);
        Form.Report("disk read-only from the begin, and from the middle of a run on", "a clear error in one line; then equal");
    }

    [Fact]
    public void Where_no_file_takes_the_place_of_another_it_is_said_and_made_good()
    {
        using var scratch = new ScratchFolder();
        string? shim = Shim(scratch);
        Assert.SkipWhen(shim is null, "no C compiler is installed (Debian: gcc, libc6-dev), which makes a disk without renaming over files");
        string output = scratch.File("out");
        undisturbed.Run(output).Succeeds();
        // Something is to be written anew: the maps of a year, and all that follows.
        File.Delete(Path.Combine(output, ".work", "steps", "irrigated-2012.json"));
        File.Delete(Path.Combine(output, ".work", "steps", "area.json"));
        CommandResult result = CommandLine.RunWith(new Dictionary<string, string> { ["LD_PRELOAD"] = shim! }, "run", undisturbed.Configuration, "-o", output);
        AssertClear(result, output);
        undisturbed.AssertSame(output);
        undisturbed.Run(output).Succeeds();
        undisturbed.AssertSame(output);
        Form.Report("a file system that does not rename over files", "a clear error in one line, the old files stay; elsewhere equal");
    }

    /// <summary>An error of one line that names the place, says what is the matter and what to do, and no trace of a stack.</summary>
    private static void AssertClear(CommandResult result, string place)
    {
        Assert.Equal(1, result.Code);
        string error = result.Error.TrimEnd('\n').Split('\n').Last();
        Assert.True(error.StartsWith("error: ", StringComparison.Ordinal) && error.Contains(place, StringComparison.Ordinal) && Remedy().IsMatch(error), result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    /// <summary>A library that makes <c>rename</c> fail where a file would be replaced.</summary>
    private static string? Shim(ScratchFolder scratch)
    {
        string source = scratch.File("rename.c");
        string library = scratch.File("rename.so");
        File.WriteAllText(source, """
            #include <errno.h>
            #include <stdio.h>
            #include <unistd.h>
            #include <sys/syscall.h>
            int rename(const char *from, const char *to)
            {
                if (access(to, F_OK) == 0) { errno = EEXIST; return -1; }
                return (int)syscall(SYS_renameat, -100, from, -100, to);
            }
            """);
        try
        {
            return Repository.Run("cc", ["-shared", "-fPIC", "-o", library, source]).Code == 0 ? library : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex("check the (folder|disk)|free space|permissions", RegexOptions.CultureInvariant)]
    private static partial Regex Remedy();
}
