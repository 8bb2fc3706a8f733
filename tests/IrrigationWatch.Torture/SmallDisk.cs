using System.Globalization;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>A disk of a few kilobytes in memory (tmpfs), which only root can mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly ScratchFolder scratch = new();

    private SmallDisk() => Directory.CreateDirectory(Folder);

    internal string Folder => scratch.File("disk");

    /// <summary>Mounts a disk; skips the test where that is not allowed.</summary>
    /// <param name="kilobytes">Its size.</param>
    internal static SmallDisk Mount(long kilobytes)
    {
        var disk = new SmallDisk();
        (int code, string said) = TryRun("mount", "-t", "tmpfs", "-o", Size(kilobytes), "tmpfs", disk.Folder);
        if (code != 0)
        {
            disk.scratch.Dispose();
            Assert.Skip($"no small disk can be mounted here ({said.Trim()}): only root may");
        }

        return disk;
    }

    internal string File(string name) => Path.Combine(Folder, name);

    internal void Resize(long kilobytes) => Remount(Size(kilobytes));

    internal void SetReadOnly(bool only) => Remount(only ? "ro" : "rw");

    public void Dispose()
    {
        Assert.Equal(0, TryRun("umount", "-l", Folder).Code);
        scratch.Dispose();
    }

    private static string Size(long kilobytes) => string.Create(CultureInfo.InvariantCulture, $"size={kilobytes}k");

    private static (int Code, string Said) TryRun(string program, params string[] arguments)
    {
        try
        {
            return Repository.Run(program, arguments);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (1, e.Message);
        }
    }

    private void Remount(string option)
    {
        // The kernel may still be closing files of a process that was killed, and tells nobody when it is done.
        (int Code, string Said) result = (1, "");
        for (int attempt = 0; attempt < 500 && result.Code != 0; attempt++)
        {
            result = TryRun("mount", "-o", "remount," + option, Folder);
        }

        Assert.True(result.Code == 0, result.Said);
    }
}
