using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Packed tiles that wait for their place in a file, in scratch files beside it: one a thread, as writers of one file would
/// wait for each other. Where the system allows it they lose their names at once, so that nothing is left of a program that
/// was killed.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ScratchTiles(string path) : IDisposable
{
    private readonly ConcurrentStack<int> idle = [];
    private readonly List<Part> parts = [];
    private readonly Lock gate = new();
    private bool disposed;

    /// <summary>Where a tile waits.</summary>
    internal readonly record struct Place(int File, long Offset);

    /// <summary>Keeps the bytes of a tile.</summary>
    /// <exception cref="IOException">They cannot be written, for example because the disk is full.</exception>
    internal Place Write(ReadOnlySpan<byte> bytes)
    {
        int file = idle.TryPop(out int free) ? free : Open();
        Part part = At(file);
        try
        {
            RandomAccess.Write(part.File, bytes, part.Length);
            var place = new Place(file, part.Length);
            part.Length += bytes.Length;
            return place;
        }
        finally
        {
            idle.Push(file);
        }
    }

    /// <summary>Reads a tile.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal void Read(Place place, Span<byte> bytes)
    {
        SafeFileHandle file = At(place.File).File;
        for (int done = 0; done < bytes.Length;)
        {
            int count = RandomAccess.Read(file, bytes[done..], place.Offset + done);
            done += count > 0 ? count : throw new IOException($"{PathOf(place.File)} was cut short while it was in use");
        }
    }

    /// <summary>Frees the space, in the background: to give back gigabytes can take the system seconds.</summary>
    public void Dispose()
    {
        Part[] closed;
        lock (gate)
        {
            disposed = true;
            closed = [.. parts];
            parts.Clear();
        }

        if (closed.Length == 0)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Close();
            return;
        }

        _ = Task.Run(Close);

        void Close()
        {
            for (int file = 0; file < closed.Length; file++)
            {
                closed[file].File.Dispose();
                if (OperatingSystem.IsWindows())
                {
                    AtomicFile.TryDelete(PathOf(file));
                }
            }
        }
    }

    private Part At(int file)
    {
        lock (gate)
        {
            return parts[file];
        }
    }

    private int Open()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            string name = PathOf(parts.Count);
            parts.Add(new Part(File.OpenHandle(name, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete)));
            if (!OperatingSystem.IsWindows())
            {
                AtomicFile.TryDelete(name);
            }

            return parts.Count - 1;
        }
    }

    private string PathOf(int file) => path + string.Create(CultureInfo.InvariantCulture, $".{file}") + AtomicFile.PartialEnding;

    private sealed class Part(SafeFileHandle file)
    {
        internal SafeFileHandle File => file;

        internal long Length { get; set; }
    }
}
