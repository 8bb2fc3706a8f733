namespace IrrigationWatch.Gdal;

/// <summary>Files as GDAL sees them: plain paths and <c>/vsi*</c> paths into archives, memory and object stores.</summary>
public static unsafe class VirtualFileSystem
{
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
        GdalLibrary.EnsureRegistered();
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

    /// <summary>Removes a file, for example one in <c>/vsimem/</c>.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    public static void Delete(string path)
    {
        GdalLibrary.EnsureRegistered();
        _ = NativeMethods.VSIUnlink(path);
    }
}
