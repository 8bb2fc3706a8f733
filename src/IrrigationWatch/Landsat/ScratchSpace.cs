using System.Globalization;

namespace IrrigationWatch.Landsat;

/// <summary>
/// Bounded space on disk for archives that allow no random access: each is unpacked once and kept while there is room, so
/// that cataloguing and computing share the work; what nobody uses gives way, oldest first.
/// </summary>
/// <remarks>Thread-safe. Everything in it goes away with the object; a folder left by a killed process is for its owner to clear.</remarks>
public sealed class ScratchSpace : IDisposable
{
    private const long Reserve = 1L << 30;

    private readonly string root;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private long used;
    private long clock;

    /// <summary>Names a folder; nothing is made yet.</summary>
    /// <param name="folder">The folder; null for one of its own in the system's temporary folder.</param>
    /// <param name="limit">Most bytes that unpacked archives may take; null for what is free on the disk now, less 1 GB.</param>
    public ScratchSpace(string? folder = null, long? limit = null)
    {
        root = folder ?? Path.Combine(Path.GetTempPath(), "irrigationwatch-" + Guid.NewGuid().ToString("N"));
        Limit = limit ?? FreeSpace(root);
    }

    /// <summary>Most bytes that unpacked archives may take.</summary>
    public long Limit { get; }

    /// <summary>Bytes taken now.</summary>
    public long Used
    {
        get
        {
            lock (gate)
            {
                return used;
            }
        }
    }

    /// <summary>How often an archive was unpacked.</summary>
    public int Unpacked { get; private set; }

    /// <summary>Removes everything.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            entries.Clear();
            used = 0;
            if (Directory.Exists(root))
            {
                Directory.Delete(root, recursive: true);
            }
        }
    }

    /// <summary>The unpacked form of an archive, made by <paramref name="unpack"/> unless it is there already.</summary>
    /// <param name="key">What names the archive and changes when it changes.</param>
    /// <param name="archive">The archive, for errors.</param>
    /// <param name="unpack">Writes files into a folder; must ask for room before each file.</param>
    /// <returns>A hold on the folder; it is not removed before the hold is.</returns>
    /// <exception cref="ScratchSpaceException">There is not enough room.</exception>
    internal Hold Get(string key, string archive, Action<string, Action<long>> unpack)
    {
        Entry entry;
        lock (gate)
        {
            if (!entries.TryGetValue(key, out Entry? known))
            {
                known = new Entry(Path.Combine(root, Guid.NewGuid().ToString("N")));
                entries.Add(key, known);
            }

            entry = known;
            entry.Users++;
            entry.LastUse = ++clock;
        }

        try
        {
            // Two that want the same archive at once: the second waits for the first.
            lock (entry.Making)
            {
                if (!entry.IsWhole)
                {
                    try
                    {
                        Directory.CreateDirectory(entry.Folder);
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        throw NotWritable(entry.Folder, e);
                    }

                    unpack(entry.Folder, bytes => Take(entry, bytes, archive));
                    entry.IsWhole = true;
                    Unpacked++;
                }
            }

            return new Hold(this, entry);
        }
        catch
        {
            lock (gate)
            {
                entry.Users--;
                if (entry.Users == 0)
                {
                    Remove(key, entry);
                }
            }

            throw;
        }
    }

    /// <summary>The error for scratch space that cannot be written.</summary>
    internal static ScratchSpaceException NotWritable(string folder, Exception cause) =>
        new(folder, $"scratch space cannot be written ({cause.Message.TrimEnd('.')}); check the folder, its permissions and the free space, or name another ('scratch' in the configuration, or TMPDIR)", cause);

    private static long FreeSpace(string folder)
    {
        string? existing = Path.GetFullPath(folder);
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        try
        {
            return Math.Max(0, new DriveInfo(existing ?? "/").AvailableFreeSpace - Reserve);
        }
        catch (IOException)
        {
            return long.MaxValue;
        }
    }

    private static string Size(long bytes) => bytes < 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB")
        : bytes < 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB");

    private void Take(Entry entry, long bytes, string archive)
    {
        lock (gate)
        {
            while (used + bytes > Limit)
            {
                (string? key, Entry? idle) = entries.Where(pair => pair.Value is { Users: 0, IsWhole: true }).OrderBy(pair => pair.Value.LastUse).Select(pair => (pair.Key, pair.Value)).FirstOrDefault();
                if (idle is null)
                {
                    throw new ScratchSpaceException(archive, $"needs {Size(bytes)} more of scratch space to be unpacked, but of {Size(Limit)} allowed in {Path.GetDirectoryName(root)} (by default what is free less 1 GB) {Size(used)} are in use; give more ('scratch' in the configuration, or TMPDIR), or unpack the archives yourself");
                }

                Remove(key!, idle);
            }

            entry.Bytes += bytes;
            used += bytes;
        }
    }

    private void Remove(string key, Entry entry)
    {
        entries.Remove(key);
        used -= entry.Bytes;
        if (Directory.Exists(entry.Folder))
        {
            Directory.Delete(entry.Folder, recursive: true);
        }

        if (entries.Count == 0 && Directory.Exists(root) && !Directory.EnumerateFileSystemEntries(root).Any())
        {
            Directory.Delete(root);
        }
    }

    private void Release(Entry entry)
    {
        lock (gate)
        {
            entry.Users--;
        }
    }

    /// <summary>A claim on an unpacked archive.</summary>
    internal sealed class Hold : IDisposable
    {
        private readonly ScratchSpace space;
        private Entry? entry;

        internal Hold(ScratchSpace space, Entry entry)
        {
            this.space = space;
            this.entry = entry;
            Folder = entry.Folder;
        }

        /// <summary>Where the files are.</summary>
        internal string Folder { get; }

        public void Dispose()
        {
            if (entry is not null)
            {
                space.Release(entry);
                entry = null;
            }
        }
    }

    /// <summary>One unpacked archive.</summary>
    internal sealed class Entry(string folder)
    {
        internal Lock Making { get; } = new();

        internal string Folder { get; } = folder;

        internal bool IsWhole { get; set; }

        internal int Users { get; set; }

        internal long Bytes { get; set; }

        internal long LastUse { get; set; }
    }
}
