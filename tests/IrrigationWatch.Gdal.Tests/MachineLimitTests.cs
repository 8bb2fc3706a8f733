using System.Net.Sockets;

namespace IrrigationWatch.Gdal.Tests;

/// <summary>Limits of the machine are known in whatever words they come.</summary>
public class MachineLimitTests
{
    public static TheoryData<Exception> OfFiles() =>
    [
        new IOException("Too many open files : '/data/a.tif'", 24),
        new IOException("Too many open files in system", 23),
        new GdalException("a.tif", "a.tif: Too many open files"),
        new InvalidOperationException("outer", new AggregateException(new IOException("inner", 24))),
        new SocketException((int)SocketError.TooManyOpenSockets),
        new System.ComponentModel.Win32Exception(24),
    ];

    public static TheoryData<Exception> Others() =>
    [
        new IOException("No space left on device", 28),
        new FileNotFoundException("no such file"),
        new GdalException("a.tif", "not recognized as a supported file format"),
        // Of a file whose header asks for terabytes; memory is not limited here.
        new GdalException("a.tif", "Out of memory allocating 4398046511104 bytes"),
        new FileNotFoundException("Could not load file or assembly 'A, Version=1.0.0.0, Culture=neutral'"),
    ];

    [Theory]
    [MemberData(nameof(OfFiles))]
    public void A_limit_of_open_files_is_named_with_its_remedy(Exception cause)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "numbers of errors are others on Windows");
        MachineLimitException limit = MachineLimits.Behind("out/features.tif", cause)!;
        Assert.StartsWith("out/features.tif: the limit of ", limit.Message, StringComparison.Ordinal);
        Assert.Contains("open files is reached; raise it with 'ulimit -n ", limit.Message, StringComparison.Ordinal);
        // Once known it stays what it is, whoever wraps it.
        Assert.Same(limit, MachineLimits.Behind("other.tif", new InvalidOperationException("wrapped", limit)));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void What_is_no_limit_of_the_machine_stays_what_it_is(Exception cause) => Assert.Null(MachineLimits.Behind("a.tif", cause));

    [Fact]
    public void Memory_that_is_used_up_is_named_with_its_remedy()
    {
        Exception cause = Assert.ThrowsAny<OutOfMemoryException>(() => new long[int.MaxValue]);
        Assert.Contains("is used up; raise its limit", MachineLimits.Behind("run", cause)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_takes_its_share_of_what_the_program_leaves()
    {
        long? limit = MachineLimits.OpenFiles;
        Assert.SkipWhen(limit is null, "open files are not limited here");
        Assert.Equal(0, MachineLimits.FilesFor(0, 2));
        Assert.InRange(MachineLimits.FilesFor(int.MaxValue, 2), 0, limit!.Value / 2);
        Assert.InRange(MachineLimits.FilesFor(int.MaxValue, 4), 0, limit.Value / 4);
        Assert.False(MachineLimits.FilesAreUsedUp());
    }
}
