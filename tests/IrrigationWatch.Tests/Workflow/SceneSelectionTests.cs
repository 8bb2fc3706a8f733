using CsCheck;
using IrrigationWatch.Features;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>Which of the scenes that were found are used: of copies the best, no Level 1 beside Level 2, none that is damaged.</summary>
public sealed class SceneSelectionTests
{
    private const string Best = "LC08_L2SP_149030_20150714_20200908_02_T1";
    private const string Earlier = "LC08_L2SP_149030_20150714_20180101_02_T1";
    private const string Level1 = "LC08_L1TP_149030_20150714_20200908_02_T1";
    private const string NextDay = "LC08_L2SP_149030_20150730_20200908_02_T1";

    [Fact]
    public void Years_that_are_not_asked_for_are_left_alone()
    {
        SceneSelection scenes = Select([2015, 2017], Scenes.Of(Best), Scenes.Of("LC08_L2SP_149030_20160716_20200908_02_T1"), Scenes.Of("LC08_L2SP_149030_20171231_20200908_02_T1"));
        Assert.Equal(["LC08_L2SP_149030_20150714_20200908_02_T1", "LC08_L2SP_149030_20171231_20200908_02_T1"], scenes.Used.Select(scene => scene.Id!.Text));
        Assert.Equal(new Dictionary<int, int> { [2015] = 1, [2017] = 1 }, scenes.CountByYear());
        Assert.Empty(scenes.OfYear(2016));
        Assert.Empty(scenes.Skipped);
        Assert.Empty(scenes.Superseded);
        Assert.Equal(3, scenes.Records.Count);
    }

    [Theory]
    [InlineData(false, "2015 2016")]
    [InlineData(true, "2014 2015")]
    public void Years_that_begin_in_July_hold_their_own_scenes(bool byStart, string names)
    {
        int[] years = [.. names.Split(' ').Select(name => int.Parse(name, null))];
        RunConfiguration wanted = Scenes.Wanted(years);
        var scenes = new SceneSelection(
            wanted with { Features = wanted.Features with { Calendar = new YearCalendar(701, byStart) } },
            [.. new[] { "20140630", "20140701", "20150630", "20150701", "20160229", "20160701" }.Select(day => Scenes.Of($"LC08_L2SP_149030_{day}_20200908_02_T1"))],
            null);
        Assert.Equal(["20140701", "20150630"], scenes.OfYear(years[0]).Select(scene => scene.Id!.Text[17..25]));
        Assert.Equal(["20150701", "20160229"], scenes.OfYear(years[1]).Select(scene => scene.Id!.Text[17..25]));
        Assert.Equal([years[0] - 1, years[0], years[1], years[1] + 1], scenes.FoundYears());
    }

    [Fact]
    public void Of_two_processings_the_better_is_used_and_the_other_named()
    {
        SceneSelection scenes = Select([2015], Scenes.Of(Earlier), Scenes.Of(Best), Scenes.Of(NextDay));
        Assert.Equal([Best, NextDay], scenes.Used.Select(scene => scene.Id!.Text).Order(StringComparer.Ordinal));
        Assert.Equal([new SkippedScene($"/archive/{Earlier}.tar", $"is the same scene as {Best} at /archive/{Best}.tar, which is the better processing")], scenes.Superseded);
    }

    [Fact]
    public void Of_two_copies_of_one_product_the_first_by_path_is_used()
    {
        SceneSelection scenes = Select([2015], Scenes.Of(Best, "/b.tar"), Scenes.Of(Best, "/a.tar"), Scenes.Of(Best, "/c.tar"));
        Assert.Equal("/a.tar", Assert.Single(scenes.Used).Path);
        Assert.Equal([new SkippedScene("/b.tar", $"is a second copy of {Best} at /a.tar"), new SkippedScene("/c.tar", $"is a second copy of {Best} at /a.tar")], scenes.Superseded);
    }

    [Fact]
    public void Level_1_beside_Level_2_is_refused_unless_it_is_allowed()
    {
        SceneRecord alone = Scenes.Of("LE07_L1TP_149030_20150706_20200908_02_T1");
        SceneSelection refused = Select([2015], Scenes.Of(Best), alone);
        Assert.Equal([Best], refused.Used.Select(scene => scene.Id!.Text));
        Assert.Equal([new SkippedScene(alone.Path, "is Level 1 among scenes of Level 2, whose reflectance is another; run it apart, or set 'level1: { with-level2: true }'")], refused.Skipped);
        var allowed = new SceneSelection(Scenes.Wanted(2015) with { AllowMixedLevels = true }, [Scenes.Of(Best), alone], null);
        Assert.Equal(2, allowed.Used.Count());
        Assert.Empty(allowed.Skipped);
        // Level 1 alone stands in nobody's way, nor does Level 2 of a year that is not asked for.
        Assert.Equal([alone], Select([2015], alone).Used);
        Assert.Equal([alone], Select([2015], alone, Scenes.Of("LC08_L2SP_149030_20160716_20200908_02_T1")).Used);
    }

    [Fact]
    public void The_Level_1_of_a_scene_takes_its_place_only_where_levels_may_be_mixed()
    {
        InputException cause = new($"/archive/{Best}.tar", "is cut short");
        SceneSelection apart = Select([2015], Scenes.Of(Level1), Scenes.Of(Best));
        Assert.Equal($"/archive/{Level1}.tar", Assert.Single(apart.Superseded).Path);
        apart.Reject($"/archive/{Best}.tar", cause);
        Assert.Empty(apart.Used);
        var mixed = new SceneSelection(Scenes.Wanted(2015) with { AllowMixedLevels = true }, [Scenes.Of(Level1), Scenes.Of(Best)], null);
        Assert.Equal([Best], mixed.Used.Select(scene => scene.Id!.Text));
        mixed.Reject($"/archive/{Best}.tar", cause);
        Assert.Equal([Level1], mixed.Used.Select(scene => scene.Id!.Text));
    }

    [Fact]
    public void The_next_best_copy_takes_the_place_of_a_damaged_one()
    {
        SceneSelection scenes = Select([2015], Scenes.Of(Best, "/a.tar"), Scenes.Of(Best, "/b.tar"), Scenes.Of(Earlier, "/c.tar"));
        Assert.True(scenes.Uses("/a.tar"));
        scenes.Reject("/a.tar", new InputException("/a.tar", "block 3,1 cannot be decoded"));
        Assert.Equal("/b.tar", Assert.Single(scenes.Used).Path);
        Assert.Equal([new SkippedScene("/c.tar", $"is the same scene as {Best} at /b.tar, which is the better processing")], scenes.Superseded);
        scenes.Reject("/b.tar", new InputException("/b.tar", "too"));
        Assert.Equal("/c.tar", Assert.Single(scenes.Used).Path);
        Assert.Empty(scenes.Superseded);
        scenes.Reject("/c.tar", new InputException("/c.tar", "as well"));
        Assert.Equal([new SkippedScene("/a.tar", "block 3,1 cannot be decoded"), new SkippedScene("/b.tar", "too"), new SkippedScene("/c.tar", "as well")], scenes.Skipped);
        Assert.Empty(scenes.Used);
        Assert.Empty(scenes.CountByYear());
        Assert.Equal("/c.tar is no scene of this run", Assert.Throws<InvalidOperationException>(() => scenes.Reject("/c.tar", new InputException("/c.tar", "again"))).Message);
    }

    [Fact]
    public void A_scene_that_could_not_be_read_is_skipped_with_its_cause_whatever_its_year()
    {
        SceneSelection scenes = Select([2015], new SceneRecord { Path = "/x.tar", Stamp = "s", Error = "is no archive" }, Scenes.Of(Best) with { Error = "block 0,0 cannot be decoded" });
        Assert.Empty(scenes.Used);
        Assert.Equal([new SkippedScene("/x.tar", "is no archive"), new SkippedScene($"/archive/{Best}.tar", "block 0,0 cannot be decoded")], scenes.Skipped);
    }

    /// <summary>Every good scene of a year asked for is used, or it is said why not; and of each acquisition one at most is used.</summary>
    [Fact]
    public void No_scene_is_lost_and_none_counts_twice() =>
        Gen.Select(Pick.From("L2SP", "L1TP", "L1GT"), Pick.From("20140714", "20150714", "20150730"), Pick.From("20180101", "20200908"), Pick.From("T1", "T2", "RT")).Array[0, 12].Select(Gen.Bool).Sample((drawn, mixed) =>
        {
            SceneRecord[] records = [.. drawn.Select((one, i) => Scenes.Of($"LC08_{one.Item1}_149030_{one.Item2}_{one.Item3}_02_{one.Item4}", FormattableString.Invariant($"/{i}.tar")))];
            var scenes = new SceneSelection(Scenes.Wanted(2015) with { AllowMixedLevels = mixed }, records, null);
            string[] wanted = [.. records.Where(record => record.Id!.Acquired.Year == 2015).Select(record => record.Path)];
            Assert.Equal(
                wanted.Order(StringComparer.Ordinal),
                scenes.Used.Select(scene => scene.Path).Concat(scenes.Skipped.Select(scene => scene.Path)).Concat(scenes.Superseded.Select(scene => scene.Path)).Order(StringComparer.Ordinal));
            Assert.All(scenes.Used.GroupBy(scene => scene.Id!.Acquired), copies => Assert.Single(copies));
            Assert.True(mixed || scenes.Used.Select(scene => scene.Id!.IsLevel2).Distinct().Count() < 2);
            // The best is used: no other of the same day is of a better level, tier, correction or later processing.
            Assert.All(scenes.Used, used => Assert.Equal(Order(used), records.Where(record => record.Id!.Acquired == used.Id!.Acquired).Max(Order)));
        });

    [Fact]
    public void What_is_found_on_disk_is_opened_once_and_remembered_in_the_catalogue()
    {
        using var scratch = new ScratchFolder();
        using var space = new ScratchSpace(scratch.File("space"));
        using var catalogue = new Catalogue(scratch.File("c.db"));
        string tar = new TinyProduct(Best).WriteTar(scratch.File("scenes", "a.tar"));
        new TinyProduct(NextDay).Write(scratch.File("scenes", "b"));
        RunConfiguration wanted = Scenes.Wanted(2015) with { Scenes = [scratch.File("scenes")], CatalogueFile = scratch.File("c.db") };
        var scenes = new SceneSelection(wanted, catalogue, space, null, CancellationToken.None);
        Assert.Equal([Best, NextDay], scenes.Used.Select(scene => scene.Id!.Text).Order(StringComparer.Ordinal));
        Assert.All(scenes.Grids(), grid => Assert.Equal(new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 20, 18), grid));
        // Without 'scenes' all that the catalogue holds is taken.
        Assert.Equal(scenes.Used, new SceneSelection(wanted with { Scenes = [] }, catalogue, space, null, CancellationToken.None).Used);

        // Damage stays with a scene until its file changes; a disk that did not answer does not.
        scenes.Reject(tar, new InputException(tar, "cannot be read", new IOException("stale handle")));
        Assert.Null(catalogue.Find(tar)!.Error);
        var again = new SceneSelection(wanted, catalogue, space, null, CancellationToken.None);
        again.Reject(tar, new InputException(tar, "block 0,0 cannot be decoded"));
        Assert.Equal("block 0,0 cannot be decoded", catalogue.Find(tar)!.Error);
        Assert.Equal([new SkippedScene(tar, "block 0,0 cannot be decoded")], new SceneSelection(wanted, catalogue, space, null, CancellationToken.None).Skipped);
        File.SetLastWriteTimeUtc(tar, new DateTime(2022, 2, 2, 0, 0, 0, DateTimeKind.Utc));
        var renewed = new SceneSelection(wanted, catalogue, space, null, CancellationToken.None);
        Assert.Empty(renewed.Skipped);
        // What changed while it was being read says nothing of what lies there now.
        File.SetLastWriteTimeUtc(tar, new DateTime(2023, 3, 3, 0, 0, 0, DateTimeKind.Utc));
        renewed.Reject(tar, new InputException(tar, "block 0,0 cannot be decoded"));
        Assert.Null(catalogue.Find(tar)!.Error);
    }

    [Fact]
    public void An_empty_catalogue_is_refused_with_the_remedy()
    {
        using var scratch = new ScratchFolder();
        using var space = new ScratchSpace(scratch.File("space"));
        using var catalogue = new Catalogue(scratch.File("c.db"));
        RunConfiguration wanted = Scenes.Wanted(2015) with { Scenes = [], CatalogueFile = scratch.File("c.db") };
        Assert.Equal(
            $"{scratch.File("c.db")}: holds no scene; add some with 'irrigationwatch catalogue add', or name them under 'scenes'",
            Assert.Throws<InputException>(() => new SceneSelection(wanted, catalogue, space, null, CancellationToken.None)).Message);
    }

    private static SceneSelection Select(int[] years, params SceneRecord[] records) => new(Scenes.Wanted(years), records, null);

    /// <summary>As the guide says: level, tier, terrain correction, day of processing.</summary>
    private static string Order(SceneRecord record) => $"{record.Id!.Text[6]} {(record.Id.Tier switch { "T1" => 3, "T2" => 2, _ => 1 })} {(record.Id.Level switch { "L1TP" => 3, "L1GT" => 2, _ => 0 })} {record.Id.Text[26..34]}";
}
