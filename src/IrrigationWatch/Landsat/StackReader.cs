using System.Globalization;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>Finds and opens scenes of stacks by their description.</summary>
internal static class StackReader
{
    private static readonly string[] Rasters = [".tif", ".tiff", ".gtif", ".img", ".dat", ".bsq", ".bil", ".bip", ".vrt", ".hdf", ".jp2", ".nc", ".bin", ".envi"];

    /// <summary>The scenes in a folder or an archive: in a folder the path of each scene's first file, in an archive that of the archive, <c>#</c>, and the member.</summary>
    /// <exception cref="InputException">The archive is missing or damaged.</exception>
    internal static IReadOnlyList<string> Find(string path, StackDescription stack, ScratchSpace scratch)
    {
        if (SceneContainer.IsArchive(path))
        {
            var holds = new List<IDisposable>();
            try
            {
                return [.. Group(SceneContainer.List(path, scratch, holds), stack).Select(scene => MemberPath.Of(path, scene.Files[0].Name))];
            }
            finally
            {
                holds.ForEach(hold => hold.Dispose());
            }
        }

        return RemotePath.IsAddress(path)
            ? [.. Group(Remote(path), stack).Select(scene => scene.Files[0].Path)]
            : [.. Group(Local(path, FolderListing.Tree(path)), stack).Select(scene => scene.Files[0].Path)];
    }

    /// <summary>Opens one scene.</summary>
    /// <exception cref="InputException">It is missing, damaged, or not as described.</exception>
    internal static Scene Open(string path, StackDescription stack, ScratchSpace? scratch)
    {
        var holds = new List<IDisposable>();
        SceneFiles? files = null;
        try
        {
            (string folder, string name, IReadOnlyList<ContainedFile> found) = Siblings(path, ref scratch, holds);
            StackScene[] scenes = [.. Group(found, stack)];
            StackScene scene = (name.Length == 0 ? scenes.Length == 1 ? scenes[0] : null : Array.Find(scenes, scene => scene.Files.Any(file => file.Name == name)))
                ?? throw new InputException(path, scenes.Length > 1 && name.Length == 0
                    ? string.Create(CultureInfo.InvariantCulture, $"holds {scenes.Length} scenes of '{stack.Name}'; give one of their files")
                    : $"is no scene of '{stack.Name}': its name does not match '{stack.Scene}'; check 'scene' of the description");
            files = SceneFiles.Of(path, scene.Files, holds);
            return Read(files, scene, stack);
        }
        catch (GdalException e)
        {
            InputException error = files?.Unreadable(e) ?? new InputException(path, $"cannot be read ({e.Reason}); check the path", e);
            Release();
            throw error;
        }
        catch
        {
            Release();
            throw;
        }

        void Release()
        {
            if (files is null)
            {
                holds.ForEach(hold => hold.Dispose());
            }
            else
            {
                files.Dispose();
            }
        }
    }

    private static (string Folder, string Name, IReadOnlyList<ContainedFile> Files) Siblings(string path, ref ScratchSpace? scratch, List<IDisposable> holds)
    {
        (string container, string? member) = MemberPath.Split(path);
        if (SceneContainer.IsArchive(container))
        {
            if (scratch is null)
            {
                scratch = new ScratchSpace();
                holds.Add(scratch);
            }

            var held = new List<IDisposable>();
            IReadOnlyList<ContainedFile> members = SceneContainer.List(container, scratch, held);
            holds.InsertRange(0, held);
            return (container, member ?? string.Empty, members);
        }

        if (RemotePath.IsAddress(path))
        {
            string gdal = RemotePath.ToGdal(path);
            string parent = gdal[..gdal.LastIndexOf('/')];
            ContainedFile[] beside = [.. Remote(parent)];
            return (parent, beside.FirstOrDefault(file => file.Path == gdal)?.Name ?? string.Empty, beside);
        }

        if (Directory.Exists(path))
        {
            return (path, string.Empty, [.. Local(path, FolderListing.Tree(path))]);
        }

        string folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : throw new InputException(path, "no such file or folder; check the path");
        return (folder, Path.GetFileName(path), [.. Local(folder, Directory.EnumerateFiles(folder))]);
    }

    private static IEnumerable<ContainedFile> Local(string folder, IEnumerable<string> files) =>
        files.Select(file => new ContainedFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), Path.GetFullPath(file)));

    private static IEnumerable<ContainedFile> Remote(string path)
    {
        string folder = RemotePath.ToGdal(path).TrimEnd('/');
        try
        {
            return VirtualFileSystem.List(folder + "/").Select(name => new ContainedFile(name, $"{folder}/{name}"));
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be listed ({e.Reason}); check the address and the credentials", e);
        }
    }

    /// <summary>Files of one folder whose name, or whose folder's name, holds the same match.</summary>
    private static IEnumerable<StackScene> Group(IEnumerable<ContainedFile> files, StackDescription stack) => files
        .Where(file => Array.Exists(Rasters, ending => file.Name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || !file.FileName.Contains('.', StringComparison.Ordinal))
        .Select(file => (File: file, Match: Matching(file, stack)))
        .Where(pair => pair.Match is not null)
        .GroupBy(pair => (Folder: FolderOf(pair.File.Name), pair.Match!.Value))
        .Where(group => stack.Bands.Values.All(band => band.Ending.Length == 0) || group.Any(pair => stack.Bands.Values.Any(band => EndsWith(pair.File, band.Ending))))
        .OrderBy(group => group.Key.Folder, StringComparer.Ordinal).ThenBy(group => group.Key.Value, StringComparer.Ordinal)
        .Select(group => new StackScene(group.First().Match!, [.. group.Select(pair => pair.File).OrderBy(file => file.Name, StringComparer.Ordinal)]));

    private static Match? Matching(ContainedFile file, StackDescription stack)
    {
        if (stack.Scene.Match(file.FileName) is { Success: true } own)
        {
            return own;
        }

        string full = file.Outer is null && Path.IsPathRooted(file.Path) ? file.Path : file.Name;
        return stack.Scene.Match(RemotePath.FileName(FolderOf(full))) is { Success: true } parent ? parent : null;
    }

    private static string FolderOf(string name) => name.LastIndexOf('/') is int slash and >= 0 ? name[..slash] : string.Empty;

    /// <summary>With or without the ending that names the format.</summary>
    private static bool EndsWith(ContainedFile file, string ending) =>
        Path.GetFileNameWithoutExtension(file.FileName).EndsWith(ending, StringComparison.OrdinalIgnoreCase) || file.FileName.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static Scene Read(SceneFiles files, StackScene scene, StackDescription stack)
    {
        ProductId id = Identify(files.Container, scene, stack);
        var bands = new SortedDictionary<BandRole, SceneBand>();
        Grid? grid = null;
        string? first = null;
        foreach ((BandRole role, StackBand place) in stack.Bands)
        {
            ContainedFile[] candidates = [.. scene.Files.Where(file => place.Ending.Length == 0 || EndsWith(file, place.Ending))];
            if (candidates.Length == 0)
            {
                continue;
            }

            if (candidates.Length > 1)
            {
                throw new InputException(files.Container, $"has {candidates.Length} files for band {role.Name()} ({candidates[0].FileName}, {candidates[1].FileName}…); make 'bands' of '{stack.Name}' say which by the end of its name");
            }

            using Dataset dataset = Dataset.Open(candidates[0].Path);
            if (place.Number > dataset.BandCount)
            {
                throw new InputException(files.Container, string.Create(CultureInfo.InvariantCulture, $"{candidates[0].FileName} has {dataset.BandCount} bands, but '{stack.Name}' takes {role.Name()} from number {place.Number}; it is cut short, or the description is another's"));
            }

            RasterType type = dataset.Band(place.Number).Type;
            if (RasterTypes.SizeOf(type) == 0)
            {
                throw new InputException(files.Container, string.Create(CultureInfo.InvariantCulture, $"{candidates[0].FileName} holds complex numbers in band {place.Number}, which are no reflectance; export reflectance"));
            }

            bool isReal = type is not (RasterType.Byte or RasterType.UInt16 or RasterType.Int16);
            if (!isReal && double.IsNaN(stack.NoData))
            {
                throw new InputException(files.Container, $"{candidates[0].FileName} holds pixels of type {type}, of which none can be the 'nodata: nan' of '{stack.Name}'; write there the number of pixels that were not imaged");
            }

            if (grid is null)
            {
                grid = Grid.Of(dataset);
                first = candidates[0].FileName;
            }
            else if (dataset.Width != grid.Width || dataset.Height != grid.Height)
            {
                throw new InputException(files.Container, $"{candidates[0].FileName} has {dataset.Width} × {dataset.Height} pixels but {first} has {grid.Width} × {grid.Height}; make the stack again");
            }

            bool signed = type == RasterType.Int16;
            bands.Add(role, new SceneBand(role, candidates[0].FileName, candidates[0].Path, !role.IsReflective() ? default : isReal ? stack.Real.Scaling(stack.Valid.Minimum, stack.Valid.Maximum) : stack.Scaling(signed))
            {
                Number = place.Number,
                IsSigned = signed,
                Real = isReal ? stack.Real : null,
            });
        }

        if (grid is null || !bands.Keys.Any(role => role.IsReflective()))
        {
            throw new InputException(files.Container, $"holds none of the bands of '{stack.Name}'; check 'bands' of the description");
        }

        return new Scene(files)
        {
            Metadata = new ProductMetadata { Id = id, Source = "stack", Time = TimeOf(scene.Match, id) },
            Grid = grid,
            Bands = bands,
            Stack = stack,
        };
    }

    private static ProductId Identify(string container, StackScene scene, StackDescription stack)
    {
        string text = scene.Match.Groups["date"].Value;
        DateOnly? day = DateOf(text, stack.DateFormat);
        (Sensor Sensor, int Satellite)? sensor = stack.SensorOf(scene.Match.Groups["sensor"].Value);
        return day is null ? throw new InputException(container, $"has the date '{text}', which is not of the form {stack.DateFormat}; check 'scene' and 'date' of '{stack.Name}'")
            : sensor is null ? throw new InputException(container, $"is of sensor '{scene.Match.Groups["sensor"].Value}', which '{stack.Name}' does not know; add it under 'sensor'")
            : new ProductId(NameOf(scene), ProductKind.Stack, sensor.Value.Sensor, sensor.Value.Satellite, stack.IsSurfaceReflectance ? "SR" : "TOA", scene.Match.Groups["tile"].Value, day.Value, null, string.Empty);
    }

    /// <summary>The name of a scene of one file; of several, the part that they share.</summary>
    private static string NameOf(StackScene scene) => scene.Files.Count == 1 ? Path.GetFileNameWithoutExtension(scene.Files[0].FileName) : scene.Match.Value;

    private static DateTimeOffset TimeOf(Match match, ProductId id) =>
        new(id.Acquired, TimeOnly.TryParseExact(match.Groups["time"].Value, "HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) ? time : TimeOnly.MinValue, TimeSpan.Zero);

    private static DateOnly? DateOf(string text, string format)
    {
        if (format == "yyyyDDD")
        {
            // Day 366 of a year of 365 is found in old file names and means the last day: the satellite's cycle of 16 days says so.
            return text.Length == 7 && int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out int year) && year is > 1971 and < 2100
                && int.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out int day) && day is >= 1 and <= 366
                    ? new DateOnly(year, 1, 1).AddDays(Math.Min(day, DateTime.IsLeapYear(year) ? 366 : 365) - 1) : null;
        }

        return DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date : null;
    }

    private sealed record StackScene(Match Match, IReadOnlyList<ContainedFile> Files);
}
