using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>Who may work in an output folder at the same time, and what is left of those who were killed.</summary>
public sealed class RunFolderTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    private string Out => scratch.File("out");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Files_of_a_run_have_the_names_that_the_guide_gives()
    {
        Assert.Equal("years/2010/irrigated.tif", RunFolder.YearFile(2010, "irrigated.tif"));
        Assert.Equal(".work/classes/2010.tif", RunFolder.ClassFile(2010));
        Assert.Equal("charts/irrigated-2010.png", RunFolder.PictureFile(2010));
        Assert.Equal(".work/catalogue.db", RunFolder.CatalogueFile);
    }

    [Fact]
    public void A_run_keeps_a_second_one_and_workers_out_until_it_ends()
    {
        string problem = FormattableString.Invariant($"another run is working in this folder (process {Environment.ProcessId} on {Environment.MachineName}), or it cannot be written; wait for it, or choose another folder with --output");
        using (new RunFolder(Out))
        {
            Assert.Equal($"{Out}: {problem}", Assert.Throws<InputException>(() => new RunFolder(Out)).Message);
            Assert.Equal($"{Out}: {problem}", Assert.Throws<InputException>(() => new RunFolder(Out, RunAccess.Shared)).Message);
            new RunFolder(Out, RunAccess.Look).Dispose();
            Assert.Throws<InputException>(() => new RunFolder(Out));
        }

        Assert.False(File.Exists(Path.Combine(Out, ".work", "holder")));
        new RunFolder(Out).Dispose();
    }

    [Fact]
    public void Workers_share_a_folder_and_keep_a_run_out()
    {
        using (new RunFolder(Out, RunAccess.Shared))
        using (new RunFolder(Out, RunAccess.Shared))
        {
            Assert.Equal(
                $"{Out}: another run is working in this folder (workers of a plan), or it cannot be written; wait for it, or choose another folder with --output",
                Assert.Throws<InputException>(() => new RunFolder(Out)).Message);
        }

        new RunFolder(Out).Dispose();
    }

    [Fact]
    public void One_who_looks_leaves_nothing_behind()
    {
        using (var folder = new RunFolder(Out, RunAccess.Look))
        {
            Assert.Equal(Path.Combine(Out, "a"), folder.Raster("a"));
            Assert.Equal(Path.Combine(Out, "a"), folder.Local("a"));
        }

        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void What_a_killed_run_left_goes_and_what_it_finished_stays()
    {
        string[] stay = ["area.csv", "years/2010/features.tif", ".work/steps/model.json", ".work/catalogue.db", "years/2010/irrigationwatch-partial.txt"];
        string[] go = ["area.csv.irrigationwatch-partial", "years/2010/features.tif.irrigationwatch-partial", "years/2010/features.tif.irrigationwatch-partial.aux.xml", ".work/scratch/a/b.tif", ".work/workers/x/c.tif", ".work/steps.db", ".work/steps.db-wal", ".work/steps.db-shm"];
        foreach (string file in stay.Concat(go))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Out, file))!);
            File.WriteAllText(Path.Combine(Out, file), file);
        }

        // Workers and those who look must not take anything from each other.
        new RunFolder(Out, RunAccess.Shared).Dispose();
        new RunFolder(Out, RunAccess.Look).Dispose();
        Assert.All(go, file => Assert.True(File.Exists(Path.Combine(Out, file)), file));
        new RunFolder(Out).Dispose();
        Assert.All(stay, file => Assert.Equal(file, File.ReadAllText(Path.Combine(Out, file))));
        Assert.All(go, file => Assert.False(File.Exists(Path.Combine(Out, file)), file));
        Assert.False(Directory.Exists(Path.Combine(Out, ".work", "scratch")));
    }

    [Fact]
    public void A_run_alone_writes_where_its_results_are()
    {
        using var folder = new RunFolder(Out);
        Assert.Equal((Out, Out), (folder.Place, folder.Root));
        string file = Path.Combine(Out, "a.txt");
        Assert.Equal((file, file, file), (folder.Target("a.txt"), folder.Raster("a.txt"), folder.Local("a.txt")));
        File.WriteAllText(file, "a");
        folder.Publish("a.txt");
        folder.Keep("a.txt");
        Assert.Equal("a", File.ReadAllText(file));
        Assert.True(Directory.Exists(folder.Scratch));
    }

    [Fact]
    public void A_worker_writes_beside_them_and_publishes()
    {
        string root;
        using (var folder = new RunFolder(Out, RunAccess.Shared))
        {
            root = folder.Root;
            Assert.Equal(Path.Combine(Out, ".work", "workers"), Path.GetDirectoryName(root));
            Assert.Equal(Path.Combine(root, "a.txt"), folder.Target("a.txt"));
            File.WriteAllText(folder.Target("a.txt"), "a");
            File.WriteAllText(folder.Target("b.txt"), "b");
            File.WriteAllText(folder.Target("c.txt"), "c");
            folder.Publish("a.txt");
            folder.Keep("b.txt");
            folder.Keep("missing.txt");
            Assert.Equal(Path.Combine(Out, "a.txt"), folder.Raster("a.txt"));
            Assert.Equal(Path.Combine(Out, "a.txt"), folder.Local("a.txt"));
        }

        Assert.False(Directory.Exists(root));
        Assert.Equal(["a.txt", "b.txt"], Directory.GetFiles(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var elsewhere = new RunFolder(Out, RunAccess.Shared, scratch.File("fast"));
        Assert.Equal(scratch.File("fast"), Path.GetDirectoryName(elsewhere.Root));
        Assert.StartsWith(elsewhere.Root, elsewhere.Scratch, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_there_is_not_written_again()
    {
        using var folder = new RunFolder(Out);
        folder.WriteText("run.json", "{}");
        DateTime then = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(Out, "run.json"), then);
        folder.WriteText("run.json", "{}");
        Assert.Equal(then, File.GetLastWriteTimeUtc(Path.Combine(Out, "run.json")));
        folder.WriteText("run.json", "{ }");
        Assert.Equal("{ }", File.ReadAllText(Path.Combine(Out, "run.json")));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused_with_the_remedy()
    {
        File.WriteAllText(Out, "a file");
        Assert.Matches($@"^{System.Text.RegularExpressions.Regex.Escape(Path.Combine(Out, "below", ".work"))}: cannot be written \(.*\); check the folder, its permissions and the free space$", Assert.Throws<InputException>(() => new RunFolder(Path.Combine(Out, "below"))).Message);
        Assert.Equal("https://example.org/out: is no place that can be written; give a folder, or an address as s3://bucket/folder, gs:// or az://", Assert.Throws<InputException>(() => new RunFolder("https://example.org/out")).Message);
    }
}
