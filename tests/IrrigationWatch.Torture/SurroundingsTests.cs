using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>What lies around a run: folders that are read-only, full, or elsewhere, clocks, and others who use the same.</summary>
public class SurroundingsTests(MadeOnce<Undisturbed> shared)
{
    private static readonly DateTime FarAhead = new(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime LongAgo = new(1980, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Undisturbed undisturbed = shared.Value;

    private SimulatedCorridor Corridor => undisturbed.FromLabels;

    [Fact]
    public void Inputs_that_cannot_be_written_times_in_the_future_and_an_output_behind_a_link_change_nothing()
    {
        using SmallDisk disk = SmallDisk.Mount(128 << 10);
        using var scratch = new ScratchFolder();
        string configuration = Corridor.CopyTo(disk.File("corridor"), isModelGiven: true);
        SimulatedCorridor.Publish(configuration, "[csv, geojson, cog]");
        SetTimes(disk.Folder, FarAhead);
        disk.SetReadOnly(true);
        // The results lie elsewhere than they are asked for.
        Directory.CreateDirectory(scratch.File("real"));
        string output = Path.Combine(Path.GetTempPath(), "irrigationwatch-link-" + Guid.NewGuid().ToString("N"));
        Directory.CreateSymbolicLink(output, scratch.File("real"));
        try
        {
            CommandLine.Run("run", configuration, "-o", output).Succeeds();
            Assert.Equal(scratch.File("real"), new DirectoryInfo(output).LinkTarget);
            IsSame("area.csv", "years/2012/irrigated.tif", "years/2013/irrigated.tif", "years/2013/features.tif");
            SetTimes(scratch.File("real"), LongAgo);
            Assert.Contains("0 steps done", CommandLine.Run("run", configuration, "-o", output).Succeeds().Output, StringComparison.Ordinal);

            // As long as before and of the same time: only the content says that it is another.
            disk.SetReadOnly(false);
            string zones = Path.Combine(Path.GetDirectoryName(configuration)!, "zones.geojson");
            File.WriteAllText(zones, File.ReadAllText(zones).Replace("\"China\"", "\"Cath\" ", StringComparison.Ordinal));
            File.SetLastWriteTimeUtc(zones, FarAhead);
            CommandLine.Run("run", configuration, "-o", output).Succeeds();
            Assert.Contains(",Cath,", File.ReadAllText(Path.Combine(output, "area.csv")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(output);
        }

        Form.Report("scenes and configuration on a read-only disk; inputs of the year 2099, results of 1980; output behind a link to a folder", "equal byte for byte; done again is what has other content, whatever its time says");

        void IsSame(params string[] names) => Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(Corridor.Reference, name)), File.ReadAllBytes(Path.Combine(output, name))));
    }

    [Fact]
    public void A_file_that_is_a_link_is_replaced_and_what_it_led_to_stays()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("kept.csv"), "kept");
        File.CreateSymbolicLink(scratch.File("a.csv"), scratch.File("kept.csv"));
        File.CreateSymbolicLink(scratch.File("b.csv"), scratch.File("nowhere.csv"));
        Directory.CreateSymbolicLink(scratch.File("out"), scratch.File("nowhere"));
        foreach (string name in new[] { "a.csv", "b.csv" })
        {
            CommandLine.Run("change", Path.Combine(Corridor.Reference, "area.csv"), "-o", scratch.File(name)).Succeeds();
            Assert.Null(new FileInfo(scratch.File(name)).LinkTarget);
            Assert.StartsWith("zone,", File.ReadAllText(scratch.File(name)), StringComparison.Ordinal);
        }

        Assert.Equal("kept", File.ReadAllText(scratch.File("kept.csv")));
        Assert.False(File.Exists(scratch.File("nowhere.csv")));
        CommandLine.Run("run", undisturbed.Configuration, "-o", scratch.File("out")).FailsWith(1, scratch.File("out"), "cannot be written");
        Form.Report("output into a link to a file, a link to nothing, a folder that is a link to nothing", "the link is replaced, what it led to stays; the folder is named in one line");
    }

    [Fact]
    public void A_full_folder_for_temporary_files_is_named_with_its_variable()
    {
        using SmallDisk disk = SmallDisk.Mount(4);
        using var scratch = new ScratchFolder();
        var environment = new Dictionary<string, string> { ["TMPDIR"] = disk.Folder };
        string[] features = [.. Directory.GetFiles(Corridor.Reference, "features.tif", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        CommandLine.RunWith(environment, ["train", "--features", .. features, "--labels", Path.Combine(Corridor.Folder, "labels.geojson"), "-o", scratch.File("model.zip")]).FailsWith(1, disk.Folder, "No space left on device", "TMPDIR");
        Assert.False(File.Exists(scratch.File("model.zip")));
        Form.Report("TMPDIR full", "`run` with a model needs none of it; training names it and the variable in one line");
    }

    [Fact]
    public async Task Runs_that_share_a_catalogue_do_not_disturb_each_other()
    {
        using var scratch = new ScratchFolder();
        string[] configurations = [.. new[] { "one", "two" }.Select(name =>
        {
            string configuration = Path.Combine(Corridor.Folder, $"shared-{Path.GetFileName(scratch.Path)}-{name}.yaml");
            // Of different years, so that each makes something of its own of the same scenes.
            string text = File.ReadAllText(undisturbed.Configuration).Replace("years: 2012-2013", name == "one" ? "years: 2012-2013" : "years: 2013", StringComparison.Ordinal);
            File.WriteAllText(configuration, text + $"\ncatalogue: {scratch.File("shared.db")}\n");
            SimulatedCorridor.Publish(configuration, "[csv]");
            SimulatedCorridor.SetModel(configuration, "file: reference/model.zip");
            return configuration;
        })];
        CommandResult[] results = await Task.WhenAll(configurations.Select((configuration, i) => Task.Run(() => CommandLine.Run("run", configuration, "-o", scratch.File($"out{i}")))));
        Assert.All(results, result => result.Succeeds());
        string[] reference = File.ReadAllLines(Path.Combine(Corridor.Reference, "area.csv"));
        Assert.Equal(reference, File.ReadAllLines(scratch.File("out0", "area.csv")));
        Assert.Equal(reference.Where(line => !line.StartsWith("2012,", StringComparison.Ordinal)), File.ReadAllLines(scratch.File("out1", "area.csv")));
        Assert.Contains("0 are damaged", CommandLine.Run("catalogue", "verify", "-c", scratch.File("shared.db")).Succeeds().Output, StringComparison.Ordinal);
        Array.ForEach(configurations, File.Delete);
        Form.Report("a catalogue shared by two runs at once", "both end; equal to runs of their own; the catalogue whole");
    }

    private static void SetTimes(string folder, DateTime time) =>
        Array.ForEach(Directory.GetFiles(folder, "*", SearchOption.AllDirectories), file => File.SetLastWriteTimeUtc(file, time));
}
