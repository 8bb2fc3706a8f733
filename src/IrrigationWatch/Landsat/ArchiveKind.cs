namespace IrrigationWatch.Landsat;

/// <summary>How an archive is packed.</summary>
internal enum ArchiveKind
{
    /// <summary>A tar, whose members are read in place.</summary>
    Tar,

    /// <summary>A tar compressed with gzip, which must be unpacked.</summary>
    CompressedTar,

    /// <summary>A zip, whose members are read in place.</summary>
    Zip,
}
