namespace IrrigationWatch.Landsat;

/// <summary>How an archive is packed.</summary>
internal enum ArchiveKind
{
    /// <summary>A tar, whose members are read in place.</summary>
    Tar,

    /// <summary>A zip, whose members are read in place.</summary>
    Zip,

    /// <summary>A tar compressed with gzip, which must be unpacked, as must all that follow.</summary>
    GzipTar,

    /// <summary>A tar compressed with bzip2.</summary>
    Bzip2Tar,

    /// <summary>A tar compressed with xz.</summary>
    XzTar,

    /// <summary>A tar compressed with Zstandard.</summary>
    ZstandardTar,

    /// <summary>A 7-Zip archive.</summary>
    SevenZip,
}
