using IrrigationWatch.Areas;
using IrrigationWatch.Landsat;
using IrrigationWatch.Workflow.Storage;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>
/// The configuration and the files that it names, taken along by a plan in object storage: machines that share no disk share no paths. Names below the
/// configuration's folder stay as they are, so that the configuration means the same there.
/// </summary>
internal static class PlanInputs
{
    /// <summary>Copies the inputs of a configuration into a plan.</summary>
    /// <exception cref="InputException">One lies outside of the configuration's folder, or cannot be read, or the plan not be written.</exception>
    internal static void Write(RunConfiguration configuration, FileStore store)
    {
        string home = Path.GetDirectoryName(Path.GetFullPath(configuration.File))!;
        store.Remove(PlanFolder.InputFolder);
        foreach (string file in FilesOf(configuration).Append(Path.GetFullPath(configuration.File)).Distinct(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(home, file).Replace('\\', '/');
            if (name.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(name))
            {
                throw new InputException(file, $"lies outside of {home}; a plan in object storage takes its inputs along: put them beside {Path.GetFileName(configuration.File)}, or below");
            }

            store.Put(file, $"{PlanFolder.InputFolder}/{name}");
        }
    }

    /// <summary>Fetches the inputs of a plan.</summary>
    /// <param name="store">The plan.</param>
    /// <param name="configuration">The configuration's path where the plan was made.</param>
    /// <param name="folder">A folder of this machine.</param>
    /// <returns>The configuration here.</returns>
    internal static string Fetch(FileStore store, string configuration, string folder)
    {
        foreach (string name in store.ListAll(PlanFolder.InputFolder))
        {
            store.Get($"{PlanFolder.InputFolder}/{name}", Path.Combine(folder, name));
        }

        return Path.Combine(folder, configuration[(configuration.LastIndexOfAny(['/', '\\']) + 1)..]);
    }

    private static IEnumerable<string> FilesOf(RunConfiguration configuration)
    {
        IEnumerable<string?> named =
        [
            configuration.ModelFile,
            .. new[] { configuration.Labels, configuration.Zones, configuration.Area, configuration.Assessment, configuration.Waters }.OfType<string>().SelectMany(VectorPlace.PartsOf),
            .. configuration.Features.Ancillary.Select(raster => RasterName.FileOf(raster.Value.Path)),
            .. configuration.Stacks.Select(stack => stack.File),
        ];
        foreach (string file in named.OfType<string>().Where(file => !RemotePath.IsAddress(file) && File.Exists(file)).Select(Path.GetFullPath))
        {
            // A file of several parts, as a shapefile, goes with all of them.
            foreach (string part in Directory.EnumerateFiles(Path.GetDirectoryName(file)!, Path.GetFileNameWithoutExtension(file) + ".*").Append(file))
            {
                yield return part;
            }
        }
    }
}
