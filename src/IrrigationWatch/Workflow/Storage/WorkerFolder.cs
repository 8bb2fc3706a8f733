using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Storage;

/// <summary>Folders of one process among those of many machines, which go when it ends.</summary>
internal static class WorkerFolder
{
    /// <summary>A name that no other process will have.</summary>
    internal static string NewName() => $"irrigationwatch-{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";

    /// <summary>Makes a folder.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    internal static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(folder, e);
        }
    }

    /// <summary>Removes a folder with all that is in it, as far as it can be; what is left does no harm, and goes with the next run.</summary>
    internal static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            System.Diagnostics.Debug.WriteLine(e.Message);
        }
    }
}
