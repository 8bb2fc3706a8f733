namespace IrrigationWatch.Gdal;

/// <summary>Files as GDAL sees them: plain paths and <c>/vsi*</c> paths into archives, memory and object stores.</summary>
public static unsafe class VirtualFileSystem
{
    private static readonly string[] RemotePrefixes =
    [
        "/vsicurl", "/vsis3", "/vsigs", "/vsiaz", "/vsiadls", "/vsioss", "/vsiswift", "/vsihdfs", "/vsiwebhdfs",
    ];

    private const int SeekEnd = 2;
    private const int SeekSet = 0;

    /// <summary>All files below a folder or in an archive, as paths relative to it; folders are left out.</summary>
    /// <param name="path">For example <c>/vsitar//data/scene.tar</c>.</param>
    /// <returns>Relative paths, sorted by ordinal.</returns>
    /// <exception cref="GdalException">The folder or archive cannot be listed.</exception>
    public static IReadOnlyList<string> List(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        GdalLibrary.EnsureRegistered();
        GdalErrors.Clear();
        byte** list = NativeMethods.VSIReadDirRecursive(path);
        if (list is null)
        {
            throw GdalErrors.Take(path, "cannot be listed; it is missing, empty or damaged");
        }

        try
        {
            string[] names = [.. Utf8.ReadList(list).Where(name => !name.EndsWith('/') && name is not ("." or ".."))];
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        finally
        {
            NativeMethods.CSLDestroy(list);
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    /// <param name="limit">Largest size taken, in bytes; a larger file is an error.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="GdalException">The file is missing, larger than the limit, or cannot be read to its end.</exception>
    public static byte[] ReadAllBytes(string path, long limit = 64 << 20)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        LocalFile.MustHaveBytes(path);
        GdalLibrary.EnsureRegistered();
        ZipMember.Check(path);
        GdalErrors.Clear();
        nint file = NativeMethods.VSIFOpenL(path, "rb");
        if (file == 0)
        {
            throw GdalErrors.Take(path, "no such file, or it cannot be read");
        }

        try
        {
            _ = NativeMethods.VSIFSeekL(file, 0, SeekEnd);
            ulong size = NativeMethods.VSIFTellL(file);
            if (size > (ulong)limit)
            {
                throw new GdalException(path, $"{size} bytes are more than the {limit} that such a file may have");
            }

            _ = NativeMethods.VSIFSeekL(file, 0, SeekSet);
            byte[] bytes = new byte[size];
            fixed (byte* data = bytes)
            {
                if (NativeMethods.VSIFReadL(data, 1, (nuint)size, file) != (nuint)size)
                {
                    throw GdalErrors.Take(path, "ends before its end; the file is cut short");
                }
            }

            return bytes;
        }
        finally
        {
            _ = NativeMethods.VSIFCloseL(file);
        }
    }

    /// <summary>True when a file can be opened for reading.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    /// <returns>Whether it exists.</returns>
    public static bool Exists(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        GdalLibrary.EnsureRegistered();
        nint file = NativeMethods.VSIFOpenL(path, "rb");
        if (file == 0)
        {
            return false;
        }

        _ = NativeMethods.VSIFCloseL(file);
        return true;
    }

    /// <summary>True for paths whose bytes come over a network, such as <c>/vsicurl/</c> and <c>/vsis3/</c>, also inside of <c>/vsitar/</c> and the like.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    /// <returns>Whether reading it needs a network.</returns>
    public static bool IsRemote(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith("/vsi", StringComparison.Ordinal) && Array.Exists(RemotePrefixes, prefix => path.Contains(prefix, StringComparison.Ordinal));
    }

    /// <summary>What a server says of a file that changes when the file changes: its entity tag, else its time of last change.</summary>
    /// <param name="path">A remote <c>/vsi*</c> path.</param>
    /// <returns>The value, or null where the server says nothing.</returns>
    public static string? EntityTag(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        GdalLibrary.EnsureRegistered();
        byte** list = NativeMethods.VSIGetFileMetadata(path, "HEADERS", null);
        if (list is null)
        {
            return null;
        }

        try
        {
            string[] headers = [.. Utf8.ReadList(list)];
            return Find("ETag=") ?? Find("Last-Modified=");

            string? Find(string key) => Array.Find(headers, header => header.StartsWith(key, StringComparison.OrdinalIgnoreCase))?[key.Length..];
        }
        finally
        {
            NativeMethods.CSLDestroy(list);
        }
    }

    /// <summary>Writes a file; in an object store it appears when it is whole.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path of a place that can be written, such as <c>/vsis3/bucket/name</c>.</param>
    /// <param name="content">Its bytes, from here to the end.</param>
    /// <exception cref="GdalException">It cannot be written to its end; nothing is left then.</exception>
    public static void Write(string path, Stream content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(content);
        GdalLibrary.EnsureRegistered();
        GdalErrors.Clear();
        nint file = NativeMethods.VSIFOpenL(path, "wb");
        if (file == 0)
        {
            throw GdalErrors.Take(path, "cannot be written");
        }

        byte[] buffer = new byte[1 << 20];
        bool whole = false;
        GdalException? failure = null;
        try
        {
            int count;
            while ((count = content.Read(buffer)) > 0)
            {
                fixed (byte* data = buffer)
                {
                    if (NativeMethods.VSIFWriteL(data, 1, (nuint)count, file) != (nuint)count)
                    {
                        failure = GdalErrors.Take(path, "cannot be written to its end");
                        break;
                    }
                }
            }

            whole = failure is null;
        }
        finally
        {
            if (NativeMethods.VSIFCloseL(file) != 0 && whole)
            {
                failure = GdalErrors.Take(path, "cannot be written to its end");
            }

            if (!whole || failure is not null)
            {
                _ = NativeMethods.VSIUnlink(path);
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Forgets what was read of a remote file, so that it is fetched again.</summary>
    /// <param name="path">A <c>/vsi*</c> path.</param>
    public static void Forget(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        GdalLibrary.EnsureRegistered();
        int start = RemotePrefixes.Select(prefix => path.LastIndexOf(prefix, StringComparison.Ordinal)).Max();
        if (start >= 0)
        {
            NativeMethods.VSICurlPartialClearCache(path[start..]);
        }
    }

    /// <summary>Removes a file, for example one in <c>/vsimem/</c>.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    public static void Delete(string path)
    {
        GdalLibrary.EnsureRegistered();
        _ = NativeMethods.VSIUnlink(path);
    }
}
