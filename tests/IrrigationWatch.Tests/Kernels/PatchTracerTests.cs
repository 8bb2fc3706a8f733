using CsCheck;
using IrrigationWatch.Kernels;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Kernels;

public class PatchTracerTests
{
    [Fact]
    public void Patches_are_valid_polygons_that_make_up_the_raster()
    {
        Gen.Select(Gen.Int[1, 13], Gen.Int[1, 11], Gen.Int[1, 3]).SelectMany((width, height, most) => Gen.Int[0, most].Array[width * height].Select(labels => (width, labels))).Sample((width, labels) =>
        {
            List<Patch> patches = Trace(labels, width);
            int[] owner = new int[labels.Length];
            foreach (Patch patch in patches)
            {
                Polygon polygon = ToPolygon(patch);
                Assert.True(polygon.IsValid, $"{polygon} of {string.Join(',', labels)} in rows of {width}");
                Assert.Equal(patch.Pixels, polygon.Area);
                Assert.Equal(2.0 * patch.Pixels, patch.Area);
                // With y down, what turns counter-clockwise with y up turns the other way.
                Assert.False(polygon.Shell.IsCCW);
                Assert.All(polygon.Holes, hole => Assert.True(hole.IsCCW));
                Assert.Equal(patch.Label, labels[patch.Row * width + patch.Column]);
                for (int i = 0; i < labels.Length; i++)
                {
                    if (polygon.Contains(new Point(i % width + 0.5, i / width + 0.5)))
                    {
                        Assert.Equal(patch.Label, labels[i]);
                        owner[i]++;
                    }
                }
            }

            Assert.Equal(labels.Select(label => label > 0 ? 1 : 0), owner);
            Assert.Equal(CountByFlood(labels, width), patches.Count);
        }, iter: 3000);
    }

    [Fact]
    public void Values_are_averaged_by_area_and_missing_ones_left_out()
    {
        var patches = new List<Patch>();
        var tracer = new PatchTracer(3, patches.Add);
        tracer.Add([1, 1, 1], [1, 2, 3], [0.5f, float.NaN, 1f]);
        tracer.Add([0, 0, 2], [1, 2, 3], [0f, 0f, float.NaN]);
        tracer.Finish();
        Assert.Equal((0.5 + 3) / 4, patches[0].Mean, 12);
        Assert.Equal(6, patches[0].Area);
        Assert.Equal(double.NaN, patches[1].Mean);
    }

    [Fact]
    public void A_large_raster_comes_out_as_from_GDAL()
    {
        const int Width = 400;
        const int Height = 300;
        var random = new Random(7);
        double[] noise = [.. Enumerable.Range(0, Width * Height).Select(_ => random.NextDouble())];
        int[] labels = [.. Enumerable.Range(0, Width * Height).Select(i => noise[i] < 0.45 ? 0 : 1 + (i % Width / 90 + i / Width / 70) % 2)];
        List<Patch> patches = Trace(labels, Width);
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Path);
        File.WriteAllBytes(scratch.File("in"), [.. labels.Select(label => (byte)label)]);
        (int code, string output) = Repository.RunPeer("-c", $"""
            import sys, numpy as np
            from osgeo import gdal, ogr
            a = np.fromfile(sys.argv[1], np.uint8).reshape({Height}, {Width})
            d = gdal.GetDriverByName('MEM').Create('', {Width}, {Height}, 1)
            d.SetGeoTransform([0, 1, 0, 0, 0, 1]); d.GetRasterBand(1).WriteArray(a)
            source = ogr.GetDriverByName('Memory').CreateDataSource('')
            layer = source.CreateLayer('p')
            layer.CreateField(ogr.FieldDefn('v', ogr.OFTInteger))
            gdal.Polygonize(d.GetRasterBand(1), d.GetRasterBand(1), layer, 0)
            for f in layer:
                g = f.GetGeometryRef()
                print(f.GetField(0), int(g.GetArea()), g.GetGeometryCount() - 1, *[int(v) for v in g.GetEnvelope()])
            """, scratch.File("in"));
        Assert.True(code == 0, output);
        string[] expected = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
        string[] actual = [.. patches.Select(patch =>
        {
            Envelope box = ToPolygon(patch).EnvelopeInternal;
            return FormattableString.Invariant($"{patch.Label} {patch.Pixels} {patch.Rings.Count - 1} {box.MinX} {box.MaxX} {box.MinY} {box.MaxY}");
        }).Order(StringComparer.Ordinal)];
        Assert.Equal(expected.Select(WithoutHoles), actual.Select(WithoutHoles));

        // GDAL writes holes that touch at a corner as one ring.
        static string WithoutHoles(string line) => string.Join(' ', line.Split(' ').Where((_, i) => i != 2));
    }

    private static List<Patch> Trace(int[] labels, int width)
    {
        var patches = new List<Patch>();
        var tracer = new PatchTracer(width, patches.Add);
        double[] areas = [.. Enumerable.Repeat(2.0, width)];
        for (int row = 0; row < labels.Length / width; row++)
        {
            tracer.Add(labels.AsSpan(row * width, width), areas, []);
        }

        tracer.Finish();
        return patches;
    }

    private static Polygon ToPolygon(Patch patch)
    {
        LinearRing[] rings = [.. patch.Rings.Select(ring => new LinearRing([.. ring.Select(point => new Coordinate(point.X, point.Y))]))];
        return new Polygon(rings[0], rings[1..]);
    }

    private static int CountByFlood(int[] labels, int width)
    {
        bool[] seen = new bool[labels.Length];
        int count = 0;
        for (int start = 0; start < labels.Length; start++)
        {
            if (labels[start] == 0 || seen[start])
            {
                continue;
            }

            count++;
            var open = new Stack<int>([start]);
            while (open.TryPop(out int at))
            {
                if (seen[at])
                {
                    continue;
                }

                seen[at] = true;
                foreach (int next in new[] { at % width > 0 ? at - 1 : at, at % width < width - 1 ? at + 1 : at, at - width, at + width })
                {
                    if (next >= 0 && next < labels.Length && labels[next] == labels[at])
                    {
                        open.Push(next);
                    }
                }
            }
        }

        return count;
    }
}
