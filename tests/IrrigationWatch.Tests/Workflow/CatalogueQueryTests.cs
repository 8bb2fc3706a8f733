using CsCheck;
using IrrigationWatch.Landsat;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>Filters restrict, together more than alone, and what is left comes in the order of time.</summary>
public class CatalogueQueryTests
{
    private static readonly SceneRecord[] All =
    [
        .. from satellite in new[] { "LT05", "LE07", "LC08", "LC09" }
           from level in new[] { "L1TP", "L2SP" }
           from tile in new[] { "149030", "149031", "150030" }
           from day in new[] { "19990714", "20030101", "20031231" }
           select Scenes.Of($"{satellite}_{level}_{tile}_{day}_20200908_02_T1") with { CloudCover = tile == "150030" ? null : day[^1] * 10 - 480, Error = day == "20030101" && level == "L1TP" ? "damaged" : null },
        new() { Path = "/unread.tar", Stamp = "s", Error = "is no archive" },
    ];

    private static readonly Gen<CatalogueQuery> Queries =
        from date in Pick.From<DateOnly?>(null, new DateOnly(1999, 7, 14), new DateOnly(2003, 1, 1), new DateOnly(2003, 12, 31))
        from last in Pick.From<DateOnly?>(null, new DateOnly(1999, 7, 14), new DateOnly(2003, 1, 1))
        from path in Pick.From<int?>(null, 149, 150, 7)
        from row in Pick.From<int?>(null, 30, 31)
        from sensor in Pick.From<Sensor?>(null, Sensor.Tm, Sensor.Oli)
        from satellite in Pick.From<int?>(null, 5, 8)
        from level in Pick.From<int?>(null, 1, 2)
        from cloud in Pick.From<double?>(null, 0, 10, 100)
        from damaged in Pick.From<bool?>(null, true, false)
        select new CatalogueQuery { From = date, To = last, Path = path, Row = row, Sensor = sensor, Satellite = satellite, Level = level, MaximumCloud = cloud, Damaged = damaged };

    [Fact]
    public void A_query_takes_what_every_part_of_it_takes() => Queries.Sample(query =>
    {
        // By the text of the product id alone.
        bool Fits(SceneRecord record)
        {
            if (record.Id?.Text is not string id)
            {
                return query == new CatalogueQuery { Damaged = query.Damaged } && query.Damaged != false;
            }

            string day = $"{id[17..21]}-{id[21..23]}-{id[23..25]}";
            return (query.From is null || string.CompareOrdinal(day, query.From.Value.ToString("O")) >= 0)
                && (query.To is null || string.CompareOrdinal(day, query.To.Value.ToString("O")) <= 0)
                && (query.Path is null || id.Contains(FormattableString.Invariant($"_{query.Path:000}0"), StringComparison.Ordinal))
                && (query.Row is null || id[13..16] == FormattableString.Invariant($"{query.Row:000}"))
                && (query.Sensor is null || id[1] == (query.Sensor == Sensor.Tm ? 'T' : 'C'))
                && (query.Satellite is null || id[3] == '0' + query.Satellite)
                && (query.Level is null || id[6] == '0' + query.Level)
                && (query.MaximumCloud is null || (record.CloudCover is double cloud && cloud <= query.MaximumCloud))
                && (query.Damaged is null || record.Error is not null == query.Damaged);
        }

        Assert.Equal(All.Where(Fits).Select(record => record.Path).Order(StringComparer.Ordinal), query.Select(All).Select(record => record.Path).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Scenes_come_by_time_and_of_one_time_by_path()
    {
        SceneRecord late = Scenes.Of("LC08_L2SP_149030_20150714_20200908_02_T1", "/a.tar") with { Time = new DateTimeOffset(2015, 7, 14, 6, 0, 0, TimeSpan.Zero) };
        SceneRecord early = late with { Path = "/c.tar", Time = new DateTimeOffset(2015, 7, 14, 10, 0, 0, TimeSpan.FromHours(5)) };
        SceneRecord same = late with { Path = "/B.tar" };
        Assert.Equal([early, same, late], new CatalogueQuery().Select([late, early, same]));
    }
}
