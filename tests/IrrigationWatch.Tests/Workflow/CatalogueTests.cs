using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using Microsoft.Data.Sqlite;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Workflow;

public sealed class CatalogueTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly ScratchSpace space;

    public CatalogueTests() => space = new ScratchSpace(scratch.File("space"));

    public void Dispose()
    {
        space.Dispose();
        scratch.Dispose();
    }

    /// <summary>SQLite compares no checksum of its pages: a day of another year would move a scene there.</summary>
    [Theory]
    [InlineData("acquired = '2012-07-26'")]
    [InlineData("level = 'L1SP'")]
    [InlineData("error = 'x'")]
    [InlineData("grid = replace(grid, '30', '20')")]
    [InlineData("fingerprint = 'other'")]
    public void A_row_that_is_not_as_it_was_written_is_read_again_from_its_scene(string change)
    {
        IReadOnlyList<SceneSource> sources = SceneDiscovery.Find([Repository.Sample("scenes")]);
        using var catalogue = new Catalogue(scratch.File("c.db"));
        IntakeSummary first = SceneIntake.Take(sources, catalogue, space);
        string path = first.Records.First(record => record.Error is null).Path;
        using (SqliteConnection connection = new($"Data Source={scratch.File("c.db")}"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"UPDATE scene SET {change} WHERE path = $path";
            command.Parameters.AddWithValue("$path", path);
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        Assert.Equal("its row in the catalogue is damaged; add it again", catalogue.Find(path)!.Error);
        IntakeSummary again = SceneIntake.Take(sources, catalogue, space);
        Assert.Equal(1, again.Changed);
        Assert.Equal(first.Records, again.Records);
        Assert.Equal(first.Records, catalogue.All());
    }

    [Fact]
    public void Real_scenes_come_out_as_they_went_in()
    {
        IReadOnlyList<SceneSource> sources = SceneDiscovery.Find([Repository.Sample("scenes")]);
        using var catalogue = new Catalogue(scratch.File("c.db"));
        IntakeSummary first = SceneIntake.Take(sources, catalogue, space);
        Assert.Equal(first.Records, catalogue.All());
        Assert.Equal((sources.Count, 0, 0), (first.Added, first.Changed, first.Unchanged));
        IntakeSummary again = SceneIntake.Take(sources, catalogue, space);
        Assert.Equal((0, 0, sources.Count), (again.Added, again.Changed, again.Unchanged));
        Assert.Equal(first.Records, again.Records);
        foreach (SceneRecord record in first.Records.Where(record => record.Error is null))
        {
            using Scene scene = SceneReader.Open(record.Path, space);
            Assert.Equal((scene.Id, scene.Time, scene.CloudCover, scene.HasQa, scene.Grid), (record.Id, record.Time, record.CloudCover, record.HasQa, record.Grid));
        }
    }

    [Fact]
    public void What_changed_is_opened_again_and_what_did_not_is_not()
    {
        string one = Of(1).WriteTar(scratch.File("scenes", "one.tar"));
        string two = Of(2).WriteTar(scratch.File("scenes", "two.tar"));
        using var catalogue = new Catalogue(scratch.File("c.db"));
        Assert.Equal((2, 0, 0), Take(catalogue));
        string before = catalogue.Find(two)!.Fingerprint;
        (Of(2) with { CloudCover = 99 }).WriteTar(two);
        File.SetLastWriteTimeUtc(two, new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal((0, 1, 1), Take(catalogue));
        Assert.Equal(99, catalogue.Find(two)!.CloudCover);
        Assert.NotEqual(before, catalogue.Find(two)!.Fingerprint);
        File.Delete(one);
        Assert.Equal("no such file; check the path", SceneIntake.Take([SceneDiscovery.Locate(one, null)], catalogue, space).Damaged.Single().Cause);
    }

    /// <summary>A cause that lies outside of the product must not stay with it.</summary>
    [Fact]
    public void A_scene_that_could_not_be_read_for_a_passing_cause_is_tried_again()
    {
        string gone = scratch.File("scenes", "gone.tar");
        string path = Of(1).WriteTar(scratch.File("scenes", "one.tar"));
        using var catalogue = new Catalogue(scratch.File("c.db"));
        var unreadable = new SceneSource(path, "stamp") { Error = "cannot be listed (permission denied)" };
        Assert.Single(SceneIntake.Take([unreadable], catalogue, space).Damaged);
        Assert.Empty(SceneIntake.Take([unreadable with { Error = null }], catalogue, space).Damaged);
        Assert.Single(SceneIntake.Take([new SceneSource(gone, string.Empty)], catalogue, space).Damaged);
        Assert.Equal(1, catalogue.Count);
        // Too little scratch space says nothing about an archive: the work stops, and nothing is recorded against it.
        string packed = Of(2).WriteTar(scratch.File("scenes", "two.tar.gz"));
        using var small = new ScratchSpace(scratch.File("small"), limit: 100);
        Assert.Throws<ScratchSpaceException>(() => SceneIntake.Take([SceneDiscovery.Locate(packed, null)], catalogue, small));
        Assert.Null(catalogue.Find(packed));
        Assert.Empty(SceneIntake.Take([SceneDiscovery.Locate(packed, null)], catalogue, space).Damaged);
    }

    [Fact]
    public void A_fault_of_the_system_or_of_another_machine_may_pass_and_damage_may_not()
    {
        Assert.True(PassingFault.Is("/a.tar", new InputException("/a.tar", "x", new UnauthorizedAccessException())));
        Assert.True(PassingFault.Is("/a.tar", new InputException("/a.tar", "x", new IOException("stale handle"))));
        Assert.True(PassingFault.Is("https://example.org/a.tar", new InputException("a", "x")));
        Assert.False(PassingFault.Is("/a.tar", new InputException("/a.tar", "x", new EndOfStreamException())));
        Assert.False(PassingFault.Is("/a.tar", new InputException("/a.tar", "x", new IrrigationWatch.Gdal.GdalException("a", "damaged"))));
        Assert.False(PassingFault.Is("/a.tar", new InputException("/a.tar", "x")));
    }

    [Fact]
    public void Several_programs_add_to_one_new_catalogue_at_once()
    {
        const int Writers = 6;
        string[][] paths = [.. Enumerable.Range(0, Writers).Select(writer => Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"/archive/{writer}/{i}.tar")).ToArray())];
        string file = scratch.File("c.db");
        using var start = new Barrier(Writers);
        Thread[] threads = [.. paths.Select(own => new Thread(() =>
        {
            start.SignalAndWait();
            using var catalogue = new Catalogue(file);
            foreach (string[] batch in own.Chunk(7))
            {
                catalogue.Save([.. batch.Select(path => new SceneRecord { Path = path, Stamp = "s", Error = "none" })]);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        using var result = new Catalogue(file);
        Assert.Equal(paths.SelectMany(own => own).Order(StringComparer.Ordinal), result.All().Select(record => record.Path));
    }

    [Fact]
    public void A_file_that_is_no_catalogue_is_refused_and_not_touched()
    {
        string file = scratch.File("c.db");
        File.WriteAllText(file, new string('x', 5000));
        InputException e = Assert.Throws<InputException>(() => new Catalogue(file));
        Assert.Contains("cannot be used as a catalogue", e.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), File.ReadAllText(file));
    }

    [Fact]
    public void Filters_choose()
    {
        var gf = new GeometryFactory();
        SceneRecord[] all =
        [
            Record("LT05_L2SP_149030_19870714_20200801_02_T1", 5, 300_000), Record("LE07_L2SP_149031_20020714_20200801_02_T1", 50, 300_000),
            Record("LC08_L1TP_147030_20150714_20200801_02_T1", 90, 300_000), Record("LC09_L2SP_147030_20230714_20200801_02_T1", null, 700_000),
            new SceneRecord { Path = "damaged.tar", Stamp = "s", Error = "cut short" },
        ];
        Assert.Equal(5, Select(new CatalogueQuery()).Length);
        Assert.Equal([1, 2], Select(new CatalogueQuery { From = new DateOnly(2002, 7, 14), To = new DateOnly(2015, 7, 14) }));
        Assert.Equal([0, 1], Select(new CatalogueQuery { Path = 149 }));
        Assert.Equal([1], Select(new CatalogueQuery { Path = 149, Row = 31 }));
        Assert.Equal([2, 3], Select(new CatalogueQuery { Sensor = Sensor.Oli }));
        Assert.Equal([3], Select(new CatalogueQuery { Satellite = 9 }));
        Assert.Equal([2], Select(new CatalogueQuery { Level = 1 }));
        Assert.Equal([0, 1], Select(new CatalogueQuery { MaximumCloud = 50 }));
        Assert.Equal([4], Select(new CatalogueQuery { Damaged = true }));
        Assert.Equal([0, 1, 2, 3], Select(new CatalogueQuery { Damaged = false }));
        // UTM 44 N: 300 000 m lies at 78.5° E, 700 000 m at 83.4° E.
        Assert.Equal([0, 1, 2], Select(new CatalogueQuery { Area = gf.ToGeometry(new Envelope(78, 79, 44, 44.3)) }));
        Assert.Equal([3], Select(new CatalogueQuery { Area = gf.ToGeometry(new Envelope(83, 84, 44, 44.3)) }));
        Assert.Empty(Select(new CatalogueQuery { Area = gf.ToGeometry(new Envelope(0, 1, 0, 1)) }));

        int[] Select(CatalogueQuery query) => [.. query.Select(all).Select(record => Array.IndexOf(all, record)).Order()];

        static SceneRecord Record(string id, double? cloud, double left)
        {
            ProductId product = ProductId.Parse(id, "x");
            return new SceneRecord { Path = id, Stamp = "s", Id = product, Time = new DateTimeOffset(product.Acquired, default, TimeSpan.Zero), CloudCover = cloud, Grid = new IrrigationWatch.Rasters.Grid("EPSG:32644", left, 4_900_000, 30, 30, 1000, 1000) };
        }
    }

    [Fact]
    public void Verification_reads_every_block_and_names_the_damaged_files()
    {
        string good = Of(1).WriteTar(scratch.File("scenes", "good.tar"));
        string folder = Of(2).Write(scratch.File("scenes", "spoilt"));
        string unused = Of(3).Write(scratch.File("scenes", "thermal"));
        TinyProduct.SpoilPixels(Path.Combine(folder, Of(2).Id + "_SR_B5.TIF"));
        File.Copy(Path.Combine(unused, Of(3).Id + "_SR_B5.TIF"), Path.Combine(unused, Of(3).Id + "_ST_B10.TIF"));
        TinyProduct.SpoilPixels(Path.Combine(unused, Of(3).Id + "_ST_B10.TIF"));
        using var catalogue = new Catalogue(scratch.File("c.db"));
        Assert.Equal((3, 0, 0), Take(catalogue));
        VerificationSummary summary = CatalogueVerification.Run(catalogue.All(), catalogue, space, TimeProvider.System);
        Assert.Equal(1, summary.Whole);
        Assert.Equal(
            [(folder, Of(2).Id + "_SR_B5.TIF", true), (unused, Of(3).Id + "_ST_B10.TIF", false)],
            summary.Damages.Select(damage => (damage.Scene.Path, damage.Damage.File, damage.Damage.IsUsed)).OrderBy(damage => damage.Path, StringComparer.Ordinal));
        Assert.All(summary.Damages, damage => Assert.Contains("block 0,0", damage.Damage.Cause, StringComparison.Ordinal));
        Assert.NotNull(catalogue.Find(good)!.Verified);
        // Damage to what nothing is computed from takes no product out.
        Assert.Null(catalogue.Find(unused)!.Error);
        Assert.StartsWith(Of(2).Id + "_SR_B5.TIF: band 1, block 0,0", catalogue.Find(folder)!.Error, StringComparison.Ordinal);
        Assert.Equal((0, 0, 3), Take(catalogue));
        Assert.NotNull(catalogue.Find(folder)!.Error);
        // Downloaded again it counts again.
        Of(2).WriteBand(Path.Combine(folder, Of(2).Id + "_SR_B5.TIF"), BandRole.Nir);
        Assert.Equal((0, 1, 2), Take(catalogue));
        Assert.Null(catalogue.Find(folder)!.Error);
    }

    private static TinyProduct Of(int day) => new($"LC09_L2SP_149030_2023070{day}_20230801_02_T1");

    private (int Added, int Changed, int Unchanged) Take(Catalogue catalogue)
    {
        IntakeSummary summary = SceneIntake.Take(SceneDiscovery.Find([scratch.File("scenes")]), catalogue, space);
        return (summary.Added, summary.Changed, summary.Unchanged);
    }
}
