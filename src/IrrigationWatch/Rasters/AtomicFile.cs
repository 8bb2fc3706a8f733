namespace IrrigationWatch.Rasters;

/// <summary>Files that appear under their name only when whole: written beside it, flushed to the disk, and renamed.</summary>
public static class AtomicFile
{
    /// <summary>Ending of a file that is not whole yet; what is left of a broken run can be removed by it.</summary>
    public const string PartialEnding = ".irrigationwatch-partial";

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where; missing folders are made.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="InputException">The place cannot be written, for example because the disk is full; what was there before stays.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string partial = Prepare(path);
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e)
        {
            TryDelete(partial);
            if (e is IOException or UnauthorizedAccessException && e is not Gdal.GdalException)
            {
                throw CannotWrite(path, e);
            }

            throw;
        }
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark.</summary>
    /// <param name="path">Where; missing folders are made.</param>
    /// <param name="text">The content.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Makes the folder of a file and names the partial file beside it.</summary>
    /// <param name="path">The file to come.</param>
    /// <returns>The path to write to before renaming.</returns>
    /// <exception cref="InputException">The folder cannot be made or written.</exception>
    public static string Prepare(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(full))
            {
                throw new InputException(path, "is a folder; name a file to write");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            string partial = full + PartialEnding;
            using (File.Open(partial, FileMode.Create, FileAccess.Write))
            {
                // Only to learn now, before hours of work, that the place can be written.
            }

            TryDelete(partial);
            return partial;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>The error for an output that cannot be written.</summary>
    /// <param name="path">The output.</param>
    /// <param name="cause">What the system said.</param>
    /// <returns>The exception to throw.</returns>
    public static InputException CannotWrite(string path, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return new InputException(path, $"cannot be written ({cause.Message.TrimEnd('.')}); check the folder, its permissions and the free space", cause);
    }

    /// <summary>Removes a file if it is there and can be removed.</summary>
    /// <param name="path">The file.</param>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A leftover partial file does no harm: the next run replaces it.
            System.Diagnostics.Debug.WriteLine(e.Message);
        }
    }
}
