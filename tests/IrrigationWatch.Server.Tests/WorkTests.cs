using CsCheck;
using IrrigationWatch.Areas;
using IrrigationWatch.Server.Cql2;
using IrrigationWatch.Server.Operations;
using IrrigationWatch.Server.Polygons;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Tests;

/// <summary>Geometry is worked on within a limit that counts steps and looks after cancellation, and gives what the library gives.</summary>
public sealed class WorkTests
{
    private static readonly GeometryFactory Factory = GeometryFactory.Default;

    [Fact]
    public void Polygons_are_valid_where_the_library_says_so() =>
        // Few whole numbers, so that rings touch, cross, go back on themselves and lie in one another.
        Rings().Sample(
            polygon => Assert.Equal(polygon.IsValid, PolygonCheck.IsValid(polygon, new Counter())),
            iter: Form.Cases(1_000, 100_000));

    [Fact]
    public void Many_polygons_are_valid_where_the_library_says_so() =>
        Rings().Array[2, 4].Select(parts => Factory.CreateMultiPolygon(parts)).Sample(
            polygons => Assert.Equal(polygons.IsValid, PolygonCheck.IsValid(polygons, new Counter())),
            iter: Form.Cases(1_000, 100_000));

    [Fact]
    public void Stars_with_holes_are_valid_where_the_library_says_so() =>
        Gen.Select(Gen.Double[0.2, 1].Array[4, 30], Gen.Double[0.1, 1.3], Gen.Double[-0.6, 0.6]).Select((radii, size, aside) => Factory.CreatePolygon(Star(radii, 1, 0), [Star(radii, size * 0.5, aside), Star(radii, size * 0.1, -aside)])).Sample(
            polygon => Assert.Equal(polygon.IsValid, PolygonCheck.IsValid(polygon, new Counter())),
            iter: Form.Cases(1_000, 50_000));

    [Fact]
    public void Parts_that_touch_or_overlap_or_lie_in_holes_are_told_apart()
    {
        Polygon frame = Factory.CreatePolygon(Square(0, 10), [Square(2, 6)]);
        foreach ((Polygon part, bool isValid) in new[]
        {
            (Factory.CreatePolygon(Square(3, 2)), true), (Factory.CreatePolygon(Square(2, 6)), false), (Factory.CreatePolygon(Square(0.5, 1)), false),
            (Factory.CreatePolygon(Square(10, 1)), true), (Factory.CreatePolygon(Square(20, 1)), true), (Factory.CreatePolygon(Square(-1, 12)), false),
        })
        {
            MultiPolygon both = Factory.CreateMultiPolygon([frame, part]);
            Assert.Equal((isValid, isValid), (both.IsValid, PolygonCheck.IsValid(both, new Counter())));
        }

        // A ring of no area, a point that is no number.
        Assert.False(PolygonCheck.IsValid(Factory.CreatePolygon([new(0, 0), new(1, 0), new(0, 0), new(0, 0)]), new Counter()));
        Assert.False(PolygonCheck.IsValid(Factory.CreatePolygon([new(0, 0), new(1, 0), new(double.NaN, 1), new(0, 0)]), new Counter()));
    }

    [Fact]
    public void A_spiral_is_looked_at_step_by_step_and_can_be_ended_between_them()
    {
        Polygon spiral = Spiral(9_600);
        var counter = new Counter();
        Assert.True(PolygonCheck.IsValid(spiral, counter));
        // Pairs go by the square of the points; never in one go that could not be stopped.
        Assert.InRange(counter.Steps, 1_000_000, 100_000_000);
        Assert.InRange(counter.Most, 1, 100_000);
        using var cancel = new CancellationTokenSource();
        var ending = new Counter(calls =>
        {
            if (calls == 5)
            {
                cancel.Cancel();
            }

            cancel.Token.ThrowIfCancellationRequested();
        });
        Assert.Throws<OperationCanceledException>(() => PolygonCheck.IsValid(spiral, ending));
        Assert.Equal(5, ending.Calls);
    }

    [Fact]
    public void What_edges_make_of_work_is_counted_and_refused_by_what_is_done()
    {
        var limit = new WorkLimit(100, "ask for less", CancellationToken.None);
        limit.Spend(60);
        limit.Spend(40);
        ProblemException refusal = Assert.Throws<ProblemException>(() => limit.Spend(1));
        Assert.Equal((422, "the request makes more work than the 100 steps that one may make; ask for less"), (refusal.Status, refusal.Message));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new WorkLimit(100, string.Empty, cancelled.Token).Spend(1));
        // The same length of edges side by side costs the same, as one or as many rings.
        Assert.Equal(Steps(Spiral(400)) * 4, Steps(Spiral(1_600)), Steps(Spiral(1_600)) * 0.3);

        static double Steps(Polygon polygon)
        {
            (double X, double Y)[] ring = [.. polygon.Shell.Coordinates.Select(point => (point.X * 100, point.Y * 100))];
            return new PolygonCoverage([ring], 200, 200).Crossings;
        }
    }

    [Fact]
    public void Predicates_hold_as_without_a_limit()
    {
        string[] names = ["S_INTERSECTS", "S_EQUALS", "S_DISJOINT", "S_TOUCHES", "S_WITHIN", "S_OVERLAPS", "S_CROSSES", "S_CONTAINS"];
        Gen<Geometry> shapes = Gen.OneOf(
            Rings().Where(polygon => polygon.IsValid).Select(polygon => (Geometry)polygon),
            Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[1, 4]).Select((x, y, size) => Factory.ToGeometry(new Envelope(x, x + size, y, y + size))),
            Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6]).Select((x, y) => (Geometry)Factory.CreatePoint(new Coordinate(x, y))),
            Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[1, 3]).Select((x, y, size) => (Geometry)Factory.CreateMultiPolygon([Factory.CreatePolygon(Square(x, size)), Factory.CreatePolygon(Square(x + 10, size))])));
        Gen.Select(shapes, shapes).Sample(
            (a, b) =>
            {
                var metered = new MeteredGeometry(b, new Counter());
                foreach (string name in names)
                {
                    Assert.Equal(SpatialPredicate.Holds(name, a, b), metered.Holds(name, a));
                }
            },
            iter: Form.Cases(500, 30_000));
    }

    [Fact]
    public void A_relation_costs_what_its_edges_cost()
    {
        Geometry square = Factory.CreatePolygon(Square(0, 1));
        Assert.InRange(Cost("S_TOUCHES", square, square), 1, 10_000);
        // Each edge of a spiral is compared with all beside it, at each comparison anew; an index is made once.
        Assert.InRange(Cost("S_TOUCHES", square, Spiral(1_400)), 5_000_000, 1_000_000_000);
        Assert.InRange(Cost("S_INTERSECTS", square, Spiral(1_400)), 1, 1_000_000);

        static long Cost(string name, Geometry feature, Geometry literal)
        {
            var counter = new Counter();
            new MeteredGeometry(literal, counter).Holds(name, feature);
            return counter.Steps;
        }
    }

    /// <summary>A corridor that winds inward, around the origin as far as 1.</summary>
    internal static Polygon Spiral(int points)
    {
        int half = points / 2;
        double turns = half / 4.0;
        Coordinate At(int i, double shift)
        {
            double part = 1 - (i / 4.0 + shift) / (turns + 1.5);
            double angle = 2 * Math.PI * i / 4;
            return new Coordinate(part * Math.Cos(angle), part * Math.Sin(angle));
        }

        Coordinate[] outward = [.. Enumerable.Range(0, half).Select(i => At(i, 0))];
        Coordinate[] inward = [.. Enumerable.Range(0, half).Select(i => At(i, 0.5)).Reverse()];
        return Factory.CreatePolygon([.. outward, .. inward, outward[0].Copy()]);
    }

    private static LinearRing Square(double at, double size) => Factory.CreateLinearRing([new(at, at), new(at + size, at), new(at + size, at + size), new(at, at + size), new(at, at)]);

    private static LinearRing Star(double[] radii, double size, double aside)
    {
        Coordinate[] points = [.. radii.Select((radius, i) => new Coordinate(aside + size * radius * Math.Cos(2 * Math.PI * i / radii.Length), size * radius * Math.Sin(2 * Math.PI * i / radii.Length)))];
        return Factory.CreateLinearRing([.. points, points[0].Copy()]);
    }

    private static Gen<Polygon> Rings()
    {
        Gen<LinearRing> ring = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6]).Array[3, 7].Select(points =>
        {
            Coordinate[] all = [.. points.Select(point => new Coordinate(point.Item1, point.Item2))];
            return Factory.CreateLinearRing([.. all, all[0].Copy()]);
        });
        Gen<LinearRing> small = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[1, 3]).Select((x, y, size) => Factory.CreateLinearRing([new(x, y), new(x + size, y), new(x + size, y + size), new(x, y)]));
        Gen<LinearRing> large = Gen.Int[6, 8].Select(size => Square(-1, size));
        return Gen.Select(Gen.OneOf(ring, small, large), Gen.OneOf(small, small, ring).Array[0, 3]).Select((shell, holes) => Factory.CreatePolygon(shell, holes));
    }

    private sealed class Counter(Action<int>? each = null) : IWorkLimit
    {
        internal long Steps { get; private set; }

        internal long Most { get; private set; }

        internal int Calls { get; private set; }

        public void Spend(long steps)
        {
            Steps += steps;
            Most = Math.Max(Most, steps);
            Calls++;
            each?.Invoke(Calls);
        }
    }
}
