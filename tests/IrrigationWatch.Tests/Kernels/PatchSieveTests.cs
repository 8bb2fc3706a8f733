using CsCheck;
using IrrigationWatch.Kernels;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Kernels;

public class PatchSieveTests
{
    [Fact]
    public void Small_patches_go_as_in_the_plain_reference()
    {
        Gen.Select(Gen.Int[1, 14], Gen.Int[1, 12], Gen.Int[0, 9], Gen.Int[1, 4]).SelectMany(size => Gen.Byte[0, (byte)size.Item4].Array[size.Item1 * size.Item2].Select(pixels => (size.Item1, size.Item3, pixels))).Sample((width, minimum, pixels) =>
        {
            byte[] actual = [.. pixels];
            PatchSieve.Apply(actual, width, 0, minimum);
            Assert.Equal(Reference(pixels, width, 0, minimum), actual);
        }, iter: 5000);
    }

    [Fact]
    public void Large_fields_with_speckles_come_out_as_from_GDAL()
    {
        const int Width = 300;
        const int Height = 260;
        var random = new Random(5);
        byte[] pixels = new byte[Width * Height];
        for (int i = 0; i < pixels.Length; i++)
        {
            // Fields of about 40 pixels a side, of different sizes; speckles of one to three pixels within them, some not seen.
            int field = i % Width * 7 / Width + i / Width * 6 / Height * 7;
            pixels[i] = (byte)(1 + field % 4);
        }

        for (int n = 0; n < 1500; n++)
        {
            int at = random.Next(pixels.Length - 3);
            byte value = (byte)random.Next(6);
            pixels.AsSpan(at, 1 + random.Next(3)).Fill(value > 4 ? (byte)0 : value);
        }

        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Path);
        File.WriteAllBytes(scratch.File("in"), pixels);
        (int code, string output) = Repository.RunPeer("-c", $"""
            import sys, numpy as np
            from osgeo import gdal
            a = np.fromfile(sys.argv[1], np.uint8).reshape({Height}, {Width})
            d = gdal.GetDriverByName('MEM').Create('', {Width}, {Height}, 2)
            d.GetRasterBand(1).WriteArray(a); d.GetRasterBand(2).WriteArray((a > 0).astype(np.uint8))
            gdal.SieveFilter(d.GetRasterBand(1), d.GetRasterBand(2), d.GetRasterBand(1), 8, 8)
            d.GetRasterBand(1).ReadAsArray().tofile(sys.argv[2])
            """, scratch.File("in"), scratch.File("out"));
        Assert.True(code == 0, output);
        byte[] expected = File.ReadAllBytes(scratch.File("out"));
        byte[] actual = [.. pixels];
        PatchSieve.Apply(actual, Width, 0, 8);
        Assert.NotEqual(pixels, actual);
        // Where two neighbours have one size GDAL takes the one it meets first.
        Assert.InRange(actual.Zip(expected).Count(pair => pair.First != pair.Second), 0, 3);
    }

    private static byte[] Reference(byte[] pixels, int width, byte missing, int minimum)
    {
        int[] patch = new int[pixels.Length];
        Array.Fill(patch, -1);
        var sizes = new Dictionary<int, int>();
        for (int i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] == missing || patch[i] >= 0)
            {
                continue;
            }

            var queue = new Queue<int>([i]);
            patch[i] = i;
            sizes[i] = 0;
            while (queue.TryDequeue(out int at))
            {
                sizes[i]++;
                foreach (int next in Around(at, pixels.Length, width).Where(next => patch[next] < 0 && pixels[next] == pixels[i]))
                {
                    patch[next] = i;
                    queue.Enqueue(next);
                }
            }
        }

        var largest = new Dictionary<int, int>();
        for (int i = 0; i < pixels.Length; i++)
        {
            foreach (int next in Around(i, pixels.Length, width).Where(next => patch[i] >= 0 && patch[next] >= 0 && patch[next] != patch[i]))
            {
                if (!largest.TryGetValue(patch[i], out int best) || sizes[patch[next]] > sizes[best] || (sizes[patch[next]] == sizes[best] && patch[next] < best))
                {
                    largest[patch[i]] = patch[next];
                }
            }
        }

        return
        [
            .. pixels.Select((pixel, i) =>
            {
                if (patch[i] < 0)
                {
                    return pixel;
                }

                int at = patch[i];
                for (int steps = 0; sizes[at] < minimum; steps++)
                {
                    if (!largest.TryGetValue(at, out int next) || steps > pixels.Length)
                    {
                        return pixel;
                    }

                    at = next;
                }

                return pixels[at];
            }),
        ];
    }

    private static IEnumerable<int> Around(int i, int length, int width)
    {
        for (int dy = -1; dy <= 1; dy++)
        {
            for (int dx = -1; dx <= 1; dx++)
            {
                int x = i % width + dx;
                int y = i / width + dy;
                if ((dx, dy) != (0, 0) && x >= 0 && x < width && y >= 0 && y < length / width)
                {
                    yield return y * width + x;
                }
            }
        }
    }
}
