using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>Archives made to do harm: each is named with its cause, costs little time, memory and disk, writes nowhere, and stops no other product.</summary>
public class HostileArchiveTests
{
    private const string Id = "LC09_L2SP_149030_20220714_20220801_02_T1";
    private const int Block = 512;
    private const int Megabyte = 1 << 20;

    private static readonly byte[] Zeros = new byte[Megabyte];

    [Fact]
    public void Hostile_archives_are_named_and_do_no_harm()
    {
        using var scratch = new ScratchFolder();
        string folder = scratch.File("given", "scenes");
        Directory.CreateDirectory(folder);
        new TinyProduct(Id).WriteTar(Path.Combine(folder, "good.tar"));
        (string Name, string Cause, Action<string> Write)[] hostile =
        [
            ("one-huge-member.tar.gz", "8.6 GB long", file => Gzip(file, 1, [Header(Id + "_SR_B4.TIF", 8L << 30)], 8192)),
            ("one-huge-unused-member.tar.gz", "8.6 GB long", file => Gzip(file, 1, [Header(Id + "_ST_B10.TIF", 8L << 30)], 8192)),
            ("many-large-members.tar.gz", " : 1 with those before it", file => GzipMany(file, 12, i => Header(string.Create(CultureInfo.InvariantCulture, $"{i}_SR_B4.TIF"), 128 * Megabyte), 128)),
            ("a-size-without-sense.tar.gz", " GB long", file => Gzip(file, 1, [Header(Id + "_SR_B4.TIF", long.MaxValue)], 1)),
            ("a-negative-size.tar.gz", "cut short or damaged", file => Gzip(file, 1, [Header(Id + "_SR_B4.TIF", -1)], 1)),
            ("long-attributes.tar.gz", "headers longer", file => Gzip(file, 1, [Header("PaxHeader", 2000L * Megabyte, 'x'), Encoding.ASCII.GetBytes("2097152000 path=")], 2000)),
            ("long-name.tar.gz", "headers longer", file => Gzip(file, 1, [Header("././@LongLink", 2000L * Megabyte, 'L')], 2000)),
            ("long-name.tar", "headers longer", file => Sparse(file, Header("././@LongLink", 1500L * Megabyte, 'L'), 1500L * Megabyte)),
            ("a-million-members.tar.gz", "more than 20000 members", file => GzipMany(file, 1000, i => Members(i * 1000, 1000), 0)),
            ("a-hundred-thousand-members.tar", "more than 20000 members", file => File.WriteAllBytes(file, Members(0, 100_000))),
            ("a-hundred-thousand-members.zip", "more than 20000 members", ZipOfMany),
            ("a-directory-of-two-gigabytes.zip", "headers longer", ZipOfOneLongDirectory),
            ("many.7z", "more than 20000 members", file => File.Copy(Path.Combine(Repository.Root, "tests", "IrrigationWatch.Torture", "Data", "20001-empty-files.7z"), file)),
            ("huge-member.zip", "5.4 GB long", ZipOfZeros),
            ("in-itself.zip", "archives in archives in archives", file => Nested(file, 5)),
            ("twice.tar", "twice", file => File.WriteAllBytes(file, [.. Header(Id + "_MTL.txt", 0), .. Header(Id + "_MTL.txt", 0), .. new byte[2 * Block]])),
            ("links.tar.gz", "holds no Landsat product", file => Gzip(file, 1, Special(), 0)),
            ("links.tar", "holds no Landsat product", file => File.WriteAllBytes(file, [.. Special().SelectMany(bytes => bytes)])),
            .. new[] { "../../../written_MTL.txt", "a/../../../../written_MTL.txt", @"..\..\..\written_MTL.txt", Id + "_MTL.txt/../../../../written", ".." }
                .Select((name, i) => (string.Create(CultureInfo.InvariantCulture, $"outside{i}.tar.gz"), "points outside", (Action<string>)(file => Gzip(file, 1, OneFile(name), 0)))),
            .. new[] { "/tmp/irrigationwatch-written_MTL.txt", @"C:\written_MTL.txt", "CON_MTL.txt", "NUL/written_MTL.txt", "red\u001b[31m_MTL.txt" }
                .Select((name, i) => (string.Create(CultureInfo.InvariantCulture, $"odd{i}.tar.gz"), "is not 'KEY = VALUE'", (Action<string>)(file => Gzip(file, 1, OneFile(name), 0)))),
        ];
        foreach ((string name, _, Action<string> write) in hostile)
        {
            write(Path.Combine(folder, name));
        }

        (string Name, string Cause)[] named = [.. hostile.Select(archive => (archive.Name, archive.Cause))];
        if (!OperatingSystem.IsWindows())
        {
            // What would be waited for, or read, without end.
            Assert.Equal(0, Repository.Run("mkfifo", [Path.Combine(folder, "pipe.tar")]).Code);
            File.CreateSymbolicLink(Path.Combine(folder, "device.tar"), "/dev/zero");
            named = [.. named, ("pipe.tar", "no file but a pipe or device"), ("device.tar", "no file but a pipe or device")];
        }

        string catalogue = scratch.File("c.db");
        string[] before = Everything(scratch.Path);
        MeasuredCommand added = MeasuredCommand.Run(10 * named.Length, "catalogue", "add", folder, "-c", catalogue).HasNoFault("catalogue add");
        Assert.Equal(1, added.Code);
        string[] lines = added.Error.Split('\n');
        foreach ((string name, string cause) in named)
        {
            string line = Assert.Single(lines, line => line.StartsWith("skipped: ", StringComparison.Ordinal) && line.Contains($"{name}: ", StringComparison.Ordinal));
            Assert.True(line.Contains(cause, StringComparison.Ordinal), $"'{cause}' is not in: {line}");
        }

        Assert.DoesNotContain('\u001b', added.Error);
        Assert.Equal(before, Everything(scratch.Path));
        Assert.False(File.Exists("/tmp/irrigationwatch-written_MTL.txt"));
        JsonNode good = Assert.Single((JsonArray)JsonNode.Parse(CommandLine.Run("catalogue", "list", "--json", "-c", catalogue).Succeeds().Output)!, scene => scene!["error"] is null)!;
        Assert.EndsWith("good.tar", (string)good["path"]!, StringComparison.Ordinal);
        Form.Report("archives made to do harm: bombs, millions of members, endless headers, links, devices, pipes, names that lead outside, in tar, gzip, zip and 7-Zip", string.Create(CultureInfo.InvariantCulture, $"{named.Length} in one folder, each named, nothing written, the product beside them read; {added.Seconds:0} s and {added.Peak / 1e6:0} MB for all"));
    }

    /// <summary>Joined archives name a folder again; that is no harm.</summary>
    [Fact]
    public void A_folder_named_twice_is_no_harm()
    {
        using var scratch = new ScratchFolder();
        byte[] tar = File.ReadAllBytes(new TinyProduct(Id).WriteTar(scratch.File("scenes", "good.tar")));
        File.WriteAllBytes(scratch.File("scenes", "good.tar"), [.. Header("./", 0, '5'), .. Header("./", 0, '5'), .. tar]);
        CommandLine.Run("catalogue", "add", scratch.File("scenes"), "-c", scratch.File("c.db")).Succeeds();
    }

    /// <summary>Links that lead round in circles, two in each folder: followed without end there would be more paths than atoms.</summary>
    [Fact]
    public void Links_that_lead_round_in_circles_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var scratch = new ScratchFolder();
        string scenes = scratch.File("scenes");
        new TinyProduct(Id).Write(Path.Combine(scenes, "bands"));
        foreach (string metadata in Directory.GetFiles(Path.Combine(scenes, "bands"), "*_MTL.*"))
        {
            File.Move(metadata, Path.Combine(scenes, Path.GetFileName(metadata)));
        }

        foreach (string place in new[] { scenes, Path.Combine(scenes, "bands") })
        {
            Directory.CreateSymbolicLink(Path.Combine(place, "up"), scenes);
            Directory.CreateSymbolicLink(Path.Combine(place, "round"), place);
        }

        MeasuredCommand.Run(60, "catalogue", "add", scenes, "-c", scratch.File("c.db")).HasNoFault("catalogue add");
        Assert.Contains(Id, CommandLine.Run("catalogue", "list", "-c", scratch.File("c.db")).Succeeds().Output, StringComparison.Ordinal);
    }

    private static string[] Everything(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Where(file => !file.StartsWith("c.db", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static byte[][] OneFile(string name) => [Header(name, 1), [(byte)'a', .. new byte[Block - 1]], new byte[2 * Block]];

    /// <summary>Links, hard links, devices and a pipe where files of a product are expected, and a link with a file behind it.</summary>
    private static byte[][] Special() =>
    [
        Header(Id + "_MTL.txt", 0, '2', "/etc/passwd"), Header(Id + "_SR_B4.TIF", 0, '1', "/etc/passwd"), Header(Id + "_SR_B5.TIF", 0, '3'), Header(Id + "_SR_B6.TIF", 0, '4'),
        Header(Id + "_QA_PIXEL.TIF", 0, '6'), Header("behind", 0, '2', "../.."), .. OneFile("behind/written.txt"),
    ];

    private static byte[] Members(int from, int count) => [.. Enumerable.Range(from, count).SelectMany(i => Header(string.Create(CultureInfo.InvariantCulture, $"{i}.txt"), 0))];

    /// <summary>The header of a member of a tar, by the letter of POSIX 1003.1 (ustar), with GNU's form of large sizes.</summary>
    private static byte[] Header(string name, long size, char kind = '0', string link = "")
    {
        byte[] header = new byte[Block];
        Encoding.UTF8.GetBytes(name, header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        if (size is >= 0 and < 1L << 33)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0'), header.AsSpan(124));
        }
        else
        {
            header.AsSpan(124, 4).Fill((byte)(size < 0 ? 0xFF : 0));
            header[124] |= 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }

        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)kind;
        Encoding.UTF8.GetBytes(link, header.AsSpan(157));
        (kind == 'L' ? "ustar  \0"u8 : "ustar\000"u8).CopyTo(header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        int sum = header.Sum(value => value);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.AsSpan(148));
        return header;
    }

    private static void Gzip(string file, int times, byte[][] begin, int megabytes) => GzipMany(file, times, _ => [.. begin.SelectMany(bytes => bytes)], megabytes);

    /// <summary>Members of gzip in a row are one stream, so that one packed megabyte of zeros serves for gigabytes.</summary>
    private static void GzipMany(string file, int times, Func<int, byte[]> begin, int megabytes)
    {
        byte[] zeros = Packed(Zeros);
        using FileStream stream = File.Create(file);
        for (int i = 0; i < times; i++)
        {
            stream.Write(Packed(begin(i)));
            for (int m = 0; m < megabytes; m++)
            {
                stream.Write(zeros);
            }
        }
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static void Sparse(string file, byte[] begin, long length)
    {
        File.WriteAllBytes(file, begin);
        using FileStream stream = File.OpenWrite(file);
        stream.SetLength(begin.Length + length);
    }

    private static void ZipOfMany(string file)
    {
        using var zip = new ZipArchive(File.Create(file), ZipArchiveMode.Create);
        for (int i = 0; i < 100_000; i++)
        {
            zip.CreateEntry(string.Create(CultureInfo.InvariantCulture, $"{i}.txt"), CompressionLevel.NoCompression);
        }
    }

    /// <summary>A zip whose end says that its directory is 40 000 entries of 60 000 bytes; only what is read of it takes space on a disk that leaves out zeros.</summary>
    private static void ZipOfOneLongDirectory(string file)
    {
        const int Entries = 40_000;
        const int NameLength = 60_000;
        byte[] entry = new byte[46];
        "PK\u0001\u0002"u8.CopyTo(entry);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(28), NameLength);
        using FileStream stream = File.Create(file);
        stream.Write("PK\u0003\u0004"u8);
        stream.SetLength(30);
        for (int i = 0; i < Entries; i++)
        {
            stream.Position = 30 + (long)i * (entry.Length + NameLength);
            stream.Write(entry);
        }

        byte[] end = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), Entries);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), Entries);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)(Entries * (long)(entry.Length + NameLength)));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), 30);
        stream.Position = 30 + Entries * (long)(entry.Length + NameLength);
        stream.Write(end);
    }

    private static void ZipOfZeros(string file)
    {
        // Said to be large by the directory; what is packed is one megabyte.
        using (var zip = new ZipArchive(File.Create(file), ZipArchiveMode.Create))
        {
            using Stream member = zip.CreateEntry(Id + "_SR_B4.TIF").Open();
            member.Write(Zeros);
        }

        byte[] bytes = File.ReadAllBytes(file);
        int directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        byte[] extra = new byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), 8);
        BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(4), 5L << 30);
        int name = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(directory + 28));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), uint.MaxValue);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(directory + 30), (ushort)extra.Length);
        int end = directory + 46 + name;
        byte[] whole = [.. bytes[..end], .. extra, .. bytes[end..]];
        int last = whole.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(last + 12), BinaryPrimitives.ReadUInt32LittleEndian(whole.AsSpan(last + 12)) + (uint)extra.Length);
        File.WriteAllBytes(file, whole);
    }

    /// <summary>Archives in archives, ten in each.</summary>
    private static void Nested(string file, int depth)
    {
        byte[] inner = [];
        for (int level = 0; level <= depth; level++)
        {
            using var packed = new MemoryStream();
            using (var zip = new ZipArchive(packed, ZipArchiveMode.Create))
            {
                for (int i = 0; i < 10; i++)
                {
                    using Stream member = zip.CreateEntry(string.Create(CultureInfo.InvariantCulture, $"{i}.{(level == 0 ? "txt" : "zip")}")).Open();
                    member.Write(inner);
                }
            }

            inner = packed.ToArray();
        }

        File.WriteAllBytes(file, inner);
    }
}
