using CsCheck;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Tests.Workflow.Storage;

/// <summary>A file appears under its name when it is whole, takes the place of one that was there, and is never half written.</summary>
public sealed class DiskStoreTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly FileStore store;

    public DiskStoreTests() => store = FileStore.Of(scratch.File("store"));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_place_is_a_folder_or_an_address()
    {
        Assert.True(store.IsDisk);
        Assert.Equal(scratch.File("store"), store.Place);
        Assert.Equal((scratch.File("store", "a", "b"), scratch.File("store", "a", "b")), (store.PathOf("a/b"), store.NameOf("a/b")));
        FileStore remote = FileStore.Of("s3://bucket/results/");
        Assert.False(remote.IsDisk);
        Assert.Equal(("s3://bucket/results", "/vsis3/bucket/results/a/b", "s3://bucket/results/a/b"), (remote.Place, remote.PathOf("a/b"), remote.NameOf("a/b")));
        Assert.Equal("gs://bucket/results", FileStore.FullPlace("gs://bucket/results//"));
        Assert.Equal(scratch.File("b"), FileStore.FullPlace(scratch.File("a", "..", "b")));
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "out"), FileStore.FullPlace("out"));
    }

    [Theory]
    [InlineData("https://example.org/results")]
    [InlineData("ftp://example.org/results")]
    [InlineData("s3://")]
    [InlineData("/vsizip/results.zip/a")]
    public void An_address_to_which_nothing_can_be_written_is_refused(string address) =>
        Assert.Equal($"{address}: is no place that can be written; give a folder, or an address as s3://bucket/folder, gs:// or az://", Assert.Throws<InputException>(() => FileStore.Of(address)).Message);

    [Fact]
    public void Texts_come_back_as_they_were_written() => Gen.String.Sample(
        text =>
        {
            string clean = new([.. text.Where(letter => !char.IsSurrogate(letter))]);
            store.WriteText("a/b.txt", clean);
            Assert.Equal(clean.TrimStart('\ufeff'), store.ReadText("a/b.txt"));
            Assert.Equal(System.Text.Encoding.UTF8.GetBytes(clean), File.ReadAllBytes(store.PathOf("a/b.txt")));
        },
        iter: 20,
        threads: 1);

    [Fact]
    public void What_is_not_there_is_null_and_empty()
    {
        Assert.Null(store.ReadText("a.txt"));
        Assert.Null(store.Find("a.txt"));
        Assert.Empty(store.List("folder"));
        Assert.Empty(store.ListAll("folder"));
        store.Remove("folder");
        Assert.Null(store.Snapshot("folder")("folder/a.txt"));
    }

    [Fact]
    public void A_file_is_known_by_its_length_and_its_time()
    {
        store.WriteText("a.txt", "1234");
        // Before it was made, as of a copy that keeps times, and after.
        foreach (long ticks in new[] { 638_000_000_000_000_000, 650_000_000_000_000_000 })
        {
            File.SetLastWriteTimeUtc(store.PathOf("a.txt"), new DateTime(ticks, DateTimeKind.Utc));
            Assert.Equal(new FileState(4, FormattableString.Invariant($"{ticks}")), store.Find("a.txt"));
        }

        Assert.Equal(store.Find("a.txt"), store.Snapshot("")("a.txt"));
    }

    [Fact]
    public void Listings_are_sorted_and_leave_out_what_is_not_whole()
    {
        foreach (string name in new[] { "f/b.json", "f/a.json", "f/B.json", "f/deep/er/c.json", "g/d.json" })
        {
            store.WriteText(name, name);
        }

        File.WriteAllText(store.PathOf("f/e.json" + AtomicFile.PartialEnding), "half");
        Assert.Equal(["B.json", "a.json", "b.json"], store.List("f"));
        Assert.Equal(["B.json", "a.json", "b.json", "deep/er/c.json"], store.ListAll("f"));
        store.Remove("f");
        Assert.Empty(store.ListAll("f"));
        Assert.Equal("g/d.json", store.ReadText("g/d.json"));
    }

    [Fact]
    public void Putting_moves_a_file_and_replaces_the_one_that_was_there()
    {
        File.WriteAllText(scratch.File("made"), "new");
        store.WriteText("a/b", "old");
        store.Put(scratch.File("made"), "a/b");
        Assert.Equal("new", store.ReadText("a/b"));
        Assert.False(File.Exists(scratch.File("made")));
        store.Get("a/b", scratch.File("copy", "of", "it"));
        Assert.Equal("new", File.ReadAllText(scratch.File("copy", "of", "it")));
        Assert.Equal("new", store.ReadText("a/b"));
        Assert.Equal(["b"], store.List("a"));
    }

    /// <summary>Readers see one text or the other, never a part of one or nothing, however many write.</summary>
    [Fact]
    public async Task Who_reads_while_others_write_reads_a_whole_file()
    {
        string[] texts = [.. Enumerable.Range(0, 4).Select(i => new string((char)('a' + i), 20_000))];
        store.WriteText("a", texts[0]);
        using var done = new CancellationTokenSource();
        Task reader = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                Assert.Contains(store.ReadText("a"), texts);
            }
        });
        for (int i = 0; i < 20; i++)
        {
            store.WriteText("a", texts[i % texts.Length]);
        }

        await done.CancelAsync();
        await reader;
        Assert.Equal(["a"], store.List(""));
    }

    [Fact]
    public void What_cannot_be_written_or_read_is_refused_with_the_remedy_and_leaves_nothing()
    {
        store.WriteText("file", "text");
        string below = scratch.File("store", "file", "below");
        Refuses(() => store.WriteText("file/below", "x"));
        File.WriteAllText(scratch.File("made"), "new");
        Refuses(() => store.Put(scratch.File("made"), "file/below"), below);
        Assert.Throws<InputException>(() => store.Put(scratch.File("missing"), "b"));
        Directory.CreateDirectory(scratch.File("store", "folder"));
        Assert.Equal($"{scratch.File("store", "folder")}: cannot be written", Refuses(() => store.WriteText("folder", "x")));
        Assert.Equal(["file"], store.List(""));
        Assert.Equal(["file"], store.ListAll(""));

        static string Refuses(Action write, string? file = null)
        {
            InputException error = Assert.Throws<InputException>(write);
            Assert.EndsWith("); check the folder, its permissions and the free space", error.Problem, StringComparison.Ordinal);
            Assert.Equal(file ?? error.File, error.File);
            return error.Message[..error.Message.IndexOf(" (", StringComparison.Ordinal)];
        }
    }

    [Fact]
    public void Folders_of_workers_have_names_of_their_own_and_go()
    {
        Assert.StartsWith(FormattableString.Invariant($"irrigationwatch-{Environment.MachineName}-{Environment.ProcessId}-"), WorkerFolder.NewName(), StringComparison.Ordinal);
        Assert.NotEqual(WorkerFolder.NewName(), WorkerFolder.NewName());
        string folder = scratch.File("a", "b");
        WorkerFolder.Create(folder);
        File.WriteAllText(Path.Combine(folder, "c"), "c");
        WorkerFolder.Remove(folder);
        WorkerFolder.Remove(folder);
        Assert.False(Directory.Exists(folder));
        File.WriteAllText(folder, "a file");
        Assert.StartsWith(folder + ": cannot be written (", Assert.Throws<InputException>(() => WorkerFolder.Create(folder)).Message, StringComparison.Ordinal);
    }
}
