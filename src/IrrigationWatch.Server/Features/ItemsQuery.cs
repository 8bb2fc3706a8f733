using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Cql2;
using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Http;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;

namespace IrrigationWatch.Server.Features;

/// <summary>Which features of a collection are asked for, and how.</summary>
internal sealed class ItemsQuery
{
    private const int DefaultLimit = 10;
    private const int RowsBetweenChecks = 256;

    /// <summary>Work from which a query waits for one of the few places for such: some 20 ms.</summary>
    private const long HeavySteps = 2_000_000;

    /// <summary>Parameters that every collection takes; properties are further ones.</summary>
    internal static readonly string[] Parameters = ["f", "limit", "offset", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "sortby"];

    private readonly ServedCollection collection;
    private readonly IReadOnlyList<Box>? boxes;
    private readonly IPreparedGeometry? area;
    private readonly Moment? time;
    private readonly Cql2Filter? filter;
    private readonly List<Func<int, bool>> properties = [];
    private readonly List<(FeatureColumn Column, bool Descending)> order = [];
    private readonly IWorkLimit work;

    /// <summary>Reads a query.</summary>
    /// <param name="collection">What is asked.</param>
    /// <param name="query">The parameters.</param>
    /// <param name="limits">Limits of a request.</param>
    /// <param name="work">Is told of the work that the query makes; null where nobody asks.</param>
    /// <exception cref="ProblemException">A parameter is unknown or wrong, or makes too much work.</exception>
    internal ItemsQuery(ServedCollection collection, IQueryCollection query, ServerLimits limits, IWorkLimit? work = null)
    {
        this.collection = collection;
        this.work = work ?? Unlimited.Work;
        FeatureFile features = collection.Features;
        foreach (string name in query.Keys)
        {
            if (query[name].Count > 1)
            {
                throw ProblemException.Bad($"'{name}' is given more than once; give it once");
            }

            if (!Parameters.Contains(name))
            {
                FeatureColumn column = features.Column(name) ?? throw ProblemException.Bad($"'{name}' is no parameter and no property of {collection.Id}; use {string.Join(", ", Parameters)}, or {string.Join(", ", features.Columns.Select(one => one.Name))}");
                properties.Add(Equal(column, query[name].ToString()));
            }
        }

        Limit = Math.Min(Whole(query, "limit", DefaultLimit, 1), limits.Features);
        Offset = Whole(query, "offset", 0, 0);
        Crs = CrsOf(query, "crs");
        Crs boxCrs = CrsOf(query, "bbox-crs");
        if (Value(query, "bbox") is string bbox)
        {
            Geometry geometry = BoxOf(bbox, boxCrs);
            boxes = [.. Enumerable.Range(0, geometry.NumGeometries).Select(i => Box.Of(geometry.GetGeometryN(i)))];
            area = PreparedGeometryFactory.Prepare(geometry);
        }

        if (Value(query, "datetime") is string datetime)
        {
            string[] ends = datetime.Split('/');
            bool good = ends.Length == 2 ? Moment.TryParse(ends[0], ends[1], out Moment moment) : Moment.TryParse(datetime, out moment);
            time = good && ends.Length <= 2 ? moment : throw ProblemException.Bad($"datetime is '{datetime}'; give a day or moment after RFC 3339 like 2010-07-01T00:00:00Z, or a span like 2005-01-01T00:00:00Z/..");
        }

        if (Value(query, "filter-lang") is string language && language != "cql2-text")
        {
            throw ProblemException.Bad($"filter-lang is '{language}'; use cql2-text");
        }

        Crs filterCrs = CrsOf(query, "filter-crs");
        if (Value(query, "filter") is string text)
        {
            if (text.Length > limits.FilterCharacters)
            {
                throw ProblemException.Bad($"filter has {text.Length} characters; {limits.FilterCharacters} are taken");
            }

            try
            {
                filter = Cql2Filter.Prepare(text, collection, filterCrs.ToLongitudes, this.work);
            }
            catch (Cql2Exception e)
            {
                throw ProblemException.Bad("filter: " + e.Message);
            }
            catch (GdalException e)
            {
                throw ProblemException.Bad($"filter: a geometry lies outside of its CRS ({e.Reason})");
            }
        }

        if (Value(query, "sortby") is string sort)
        {
            foreach (string part in sort.Split(','))
            {
                string name = part.TrimStart('+', '-', ' ');
                FeatureColumn column = features.Column(name) ?? throw ProblemException.Bad($"sortby names '{name}'; use {string.Join(", ", features.Columns.Select(one => one.Name))}, with - before a name for the largest first");
                if (order.Exists(one => one.Column == column))
                {
                    throw ProblemException.Bad($"sortby names '{name}' twice; give each property once");
                }

                order.Add((column, part.StartsWith('-')));
            }
        }
    }

    /// <summary>Features of an answer.</summary>
    internal int Limit { get; }

    /// <summary>Features before the first of the answer.</summary>
    internal int Offset { get; }

    /// <summary>The CRS of the answer.</summary>
    internal Crs Crs { get; }

    /// <summary>Whether a query may hold geometries that take long to look at; known before it is read.</summary>
    internal static bool MayBeHeavy(IQueryCollection query) => Value(query, "filter") is string text && text.Contains("S_", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it takes long to go through the features.</summary>
    internal bool IsHeavy => (StepsOfRow + StepsOfOrder) * collection.Features.Count > HeavySteps;

    /// <summary>What each feature costs: its place among others, its parts of the filter.</summary>
    private long StepsOfRow => boxes is null && time is null && filter is null && properties.Count == 0 ? 0 : 1 + properties.Count + (time is null ? 0 : 10) + (filter?.Parts ?? 0);

    private long StepsOfOrder => order.Count * 20L;

    /// <summary>Finds the rows of the answer.</summary>
    /// <param name="cancel">Stops the search.</param>
    /// <returns>How many features match, and the rows of those that are answered.</returns>
    internal (int Matched, int[] Rows) Find(CancellationToken cancel)
    {
        FeatureFile features = collection.Features;
        if (boxes is null && time is null && filter is null && properties.Count == 0 && order.Count == 0)
        {
            return (features.Count, [.. Enumerable.Range(Math.Min(Offset, features.Count), Math.Clamp(features.Count - Offset, 0, Limit))]);
        }

        var rows = new List<int>();
        int matched = 0;
        int looked = 0;
        // Features without a geometry match any box, by the standard.
        foreach (int row in boxes is null ? Enumerable.Range(0, features.Count) : features.Placeless.Concat(features.Rows(boxes)))
        {
            if (++looked % RowsBetweenChecks == 0)
            {
                cancel.ThrowIfCancellationRequested();
                work.Spend(RowsBetweenChecks * StepsOfRow);
            }

            if (!Matches(features, row))
            {
                continue;
            }

            if (order.Count > 0 || (matched >= Offset && rows.Count < Limit))
            {
                rows.Add(row);
            }

            matched++;
        }

        if (order.Count == 0)
        {
            return (matched, [.. rows]);
        }

        // Sorting cannot be stopped; its work is known.
        work.Spend(rows.Count * StepsOfOrder);
        rows.Sort(Compare);
        return (matched, [.. rows.Skip(Offset).Take(Limit)]);
    }

    private bool Matches(FeatureFile features, int row)
    {
        if (time is Moment wanted && collection.TimeOf(row) is Moment own && !own.Intersects(wanted))
        {
            return false;
        }

        foreach (Func<int, bool> property in properties)
        {
            if (!property(row))
            {
                return false;
            }
        }

        if (boxes is not null && !features.BoxOf(row).IsEmpty && !boxes.Any(box => box.Contains(features.BoxOf(row))) && !MeetsArea(features, row))
        {
            return false;
        }

        return filter is null || filter.Selects(row);
    }

    private bool MeetsArea(FeatureFile features, int row)
    {
        // Read, and compared with the few edges of a box.
        work.Spend(2L * features.LengthOf(row));
        return features.GeometryOf(row) is not { } geometry || area!.Intersects(geometry);
    }

    private int Compare(int a, int b)
    {
        foreach ((FeatureColumn column, bool descending) in order)
        {
            // What is missing comes last in either direction.
            int result = column.Type is ColumnType.Text or ColumnType.Time
                ? Compare(column.Text(a), column.Text(b), string.CompareOrdinal, descending)
                : Compare(Box(column.Number(a)), Box(column.Number(b)), (x, y) => x!.Value.CompareTo(y!.Value), descending);
            if (result != 0)
            {
                return result;
            }
        }

        return a.CompareTo(b);

        static double? Box(double value) => double.IsNaN(value) ? null : value;

        static int Compare<T>(T? x, T? y, Func<T?, T?, int> compare, bool descending) =>
            x is null || y is null ? (x is null ? 1 : 0) - (y is null ? 1 : 0) : descending ? -compare(x, y) : compare(x, y);
    }

    private static Func<int, bool> Equal(FeatureColumn column, string text)
    {
        switch (column.Type)
        {
            case ColumnType.Text or ColumnType.Time:
                return row => column.Text(row) == text;
            case ColumnType.Flag:
                return text is "true" or "false" ? row => column.Number(row) == (text == "true" ? 1 : 0) : throw ProblemException.Bad($"'{column.Name}' is '{text}'; use true or false");
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? row => column.Number(row) == number : throw ProblemException.Bad($"'{column.Name}' is '{text}'; it is a number");
        }
    }

    private static Geometry BoxOf(string text, Crs crs)
    {
        double[] numbers = [.. text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : double.NaN)];
        int half = numbers.Length / 2;
        if (numbers.Length is not 4 and not 6 || numbers.Any(double.IsNaN))
        {
            throw ProblemException.Bad($"bbox is '{text}'; give west,south,east,north in degrees, or in the CRS of bbox-crs");
        }

        (double x0, double y0, double x1, double y1) = (numbers[0], numbers[1], numbers[half], numbers[half + 1]);
        if (crs == Crs.Longitudes)
        {
            return y0 <= y1 && Math.Abs(y0) <= 90 && Math.Abs(y1) <= 90 && Math.Abs(x0) <= 360 && Math.Abs(x1) <= 360
                ? Cql2Parser.BoxGeometry(x0, y0, x1, y1)
                : throw ProblemException.Bad($"bbox is '{text}'; latitudes rise from -90 to 90, longitudes go from -180 to 180");
        }

        if (x0 > x1 || y0 > y1)
        {
            throw ProblemException.Bad($"bbox is '{text}'; the lower corner comes first");
        }

        try
        {
            return crs.ToLongitudes(GeometryFactory.Default.ToGeometry(new Envelope(x0, x1, y0, y1)));
        }
        catch (GdalException e)
        {
            throw ProblemException.Bad($"bbox is '{text}', which lies outside of its CRS ({e.Reason})");
        }
    }

    private static Crs CrsOf(IQueryCollection query, string name) =>
        Value(query, name) is string uri ? Crs.Find(uri) ?? throw ProblemException.Bad($"{name} is '{uri}'; use {string.Join(", ", Crs.All.Select(crs => crs.Uri))}") : Crs.Longitudes;

    private static int Whole(IQueryCollection query, string name, int otherwise, int least) =>
        Value(query, name) is not string text ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least ? (int)Math.Min(number, int.MaxValue)
            : throw ProblemException.Bad($"{name} is '{text}'; give a whole number from {least} on");

    private static string? Value(IQueryCollection query, string name) => query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;
}
