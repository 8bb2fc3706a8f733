namespace IrrigationWatch.Gdal;

/// <summary>Files of this machine, looked at before they are opened.</summary>
internal static class LocalFile
{
    /// <summary>
    /// Refuses what has no bytes: an empty file, and a pipe or device, of which the system says the same, and which would
    /// be waited for, or read, without end.
    /// </summary>
    /// <param name="path">A file or <c>/vsi*</c> path; the latter and what is missing are left to GDAL.</param>
    /// <exception cref="GdalException">There are no bytes.</exception>
    internal static void MustHaveBytes(string path)
    {
        if (HasNoBytes(path))
        {
            throw new GdalException(path, "is empty (0 bytes), or no file but a pipe or device");
        }
    }

    /// <summary>True for an empty file, a pipe and a device, also behind a link.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    internal static bool HasNoBytes(string path)
    {
        if (path.StartsWith("/vsi", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            FileSystemInfo file = new FileInfo(path);
            file = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            return file is FileInfo { Exists: true, Length: 0 };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
