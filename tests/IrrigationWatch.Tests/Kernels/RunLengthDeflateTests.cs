using System.IO.Compression;
using CsCheck;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class RunLengthDeflateTests
{
    /// <summary>Runs of all lengths, few values and many, noise: what tiles are made of.</summary>
    private static readonly Gen<byte[]> Bytes = Gen.Select(
        Gen.Frequency(
            (3, Gen.Select(Gen.Byte, Gen.Int[1, 600], (value, length) => Enumerable.Repeat(value, length).ToArray())),
            (3, Gen.Byte[0, 3].Array[0, 300]),
            (2, Gen.Byte.Array[0, 300]),
            (1, Gen.Select(Gen.Int, Gen.Int[1, 40_000], (seed, length) => Skewed(seed, length)))).Array[0, 12],
        parts => parts.SelectMany(part => part).ToArray());

    [Fact]
    public void Every_decoder_gives_the_bytes_back()
    {
        Bytes.Sample(bytes =>
        {
            byte[] packed = new byte[RunLengthDeflate.MaxLength(bytes.Length)];
            int length = RunLengthDeflate.Compress(bytes, packed);
            Assert.Equal(bytes, Unpack(packed, length, bytes.Length));
            byte[] again = new byte[bytes.Length + 1];
            if (bytes.Length > 0)
            {
                Assert.Equal(bytes.Length, Zlib.Decompress(packed.AsSpan(0, length), again));
                Assert.Equal(bytes, again[..^1]);
            }
        }, iter: 600);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(262_144)]
    public void Noise_is_stored_and_constants_vanish(int length)
    {
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        byte[] packed = new byte[RunLengthDeflate.MaxLength(length)];
        int size = RunLengthDeflate.Compress(noise, packed);
        Assert.InRange(size, Math.Min(length, 3), length + 5 * (length / 65_535 + length / 65_536 + 1) + 6);
        Assert.Equal(noise, Unpack(packed, size, length));
        size = RunLengthDeflate.Compress(new byte[length], packed);
        Assert.InRange(size, 0, 30 + length / 400);
        Assert.Equal(new byte[length], Unpack(packed, size, length));
    }

    [Fact]
    public void Streams_are_no_longer_than_those_of_zlib_that_looks_for_runs_alone()
    {
        Gen.OneOf(Bytes, Gen.Select(Gen.Int, Gen.Int[100, 60_000], Gen.Int[230, 256], (seed, length, values) => Enumerable.Range(0, length).Select(i => (byte)(new Random(seed + i / 50).Next(50) == 0 ? 7 : (i * 7919L + seed) % values)).ToArray())).Sample(bytes =>
        {
            byte[] packed = new byte[RunLengthDeflate.MaxLength(bytes.Length)];
            int length = RunLengthDeflate.Compress(bytes, packed);
            using var stream = new MemoryStream();
            using (var zlib = new ZLibStream(stream, new ZLibCompressionOptions { CompressionLevel = 9, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding }, leaveOpen: true))
            {
                zlib.Write(bytes);
            }

            // Runs shorter than eight are literals here, and blocks are longer; nothing is ever much longer than it was.
            Assert.InRange(length, 0, bytes.Length + 5 * (bytes.Length / 65_536 + 1) + 6);
            Assert.InRange(length, 0, 1.2 * stream.Length + 120);
        }, iter: 300);
    }

    [Fact]
    public void A_run_is_found_wherever_it_begins()
    {
        // Runs of eight behind noise of each length, over and over: each is one match, and no literal is left of it.
        var sizes = new List<string>();
        for (int between = 1; between <= 70; between++)
        {
            var random = new Random(between);
            byte[] bytes = [.. Enumerable.Range(0, 60).SelectMany(_ => Enumerable.Range(0, between).Select(_ => (byte)random.Next(255)).Concat(Enumerable.Repeat((byte)255, 9)))];
            byte[] packed = new byte[RunLengthDeflate.MaxLength(bytes.Length)];
            sizes.Add(FormattableString.Invariant($"{between} {RunLengthDeflate.Compress(bytes, packed)} of {bytes.Length}"));
        }

        GoldenFile.AssertSame("packed-sizes.txt", string.Join('\n', sizes) + "\n");
    }

    [Fact]
    public void Skewed_bytes_come_near_their_entropy()
    {
        byte[] bytes = Skewed(3, 200_000);
        double entropy = bytes.GroupBy(value => value).Sum(group => -group.Count() * Math.Log2((double)group.Count() / bytes.Length)) / 8;
        byte[] packed = new byte[RunLengthDeflate.MaxLength(bytes.Length)];
        Assert.InRange(RunLengthDeflate.Compress(bytes, packed), entropy * 0.95, entropy * 1.03);
    }

    [Fact]
    public void Codes_are_complete_no_longer_than_allowed_and_cost_little_more_than_the_entropy()
    {
        Gen.Select(Gen.Frequency((1, Gen.Const(0u)), (3, Gen.UInt[0, 20]), (1, Gen.UInt[0, 1_000_000])).Array[2, 286], Gen.Int[9, 15]).Sample((frequencies, limit) =>
        {
            byte[] lengths = new byte[frequencies.Length];
            HuffmanCode.Lengths(frequencies, limit, lengths);
            int used = frequencies.Count(f => f > 0);
            Assert.All(frequencies.Zip(lengths), pair => Assert.Equal(pair.First > 0, pair.Second > 0));
            Assert.All(lengths, length => Assert.InRange(length, 0, limit));
            if (used > 1)
            {
                Assert.Equal(1.0, lengths.Where(length => length > 0).Sum(length => Math.Pow(2, -length)));
            }

            // Nothing that comes more often has a longer code.
            (uint Frequency, byte Length)[] sorted = [.. frequencies.Zip(lengths).Where(pair => pair.First > 0).OrderByDescending(pair => pair.First).ThenBy(pair => pair.Second)];
            Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.First.Length <= pair.Second.Length));
            double total = frequencies.Sum(f => (double)f);
            double entropy = frequencies.Where(f => f > 0).Sum(f => f * Math.Log2(total / f));
            double cost = frequencies.Zip(lengths).Sum(pair => (double)pair.First * pair.Second);
            // Codes kept much shorter than they would be may cost more.
            Assert.InRange(cost, used > 1 ? entropy - 1e-6 * total : 0, limit < 14 ? double.MaxValue : entropy + 1.02 * total);
        }, iter: 2000);
    }

    [Fact]
    public void A_destination_that_may_be_too_short_is_refused() =>
        Assert.Throws<ArgumentException>(() => RunLengthDeflate.Compress(new byte[100], new byte[100]));

    private static byte[] Unpack(byte[] packed, int length, int expected)
    {
        using var stream = new ZLibStream(new MemoryStream(packed, 0, length), CompressionMode.Decompress);
        using var result = new MemoryStream(expected);
        stream.CopyTo(result);
        return result.ToArray();
    }

    private static byte[] Skewed(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)(int)(40 * Math.Log(random.NextDouble() + 1e-9)))];
    }
}
