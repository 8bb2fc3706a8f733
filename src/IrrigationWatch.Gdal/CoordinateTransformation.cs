namespace IrrigationWatch.Gdal;

/// <summary>Transforms points from one CRS to another. One thread at a time.</summary>
public sealed unsafe class CoordinateTransformation : IDisposable
{
    private readonly TransformationHandle handle;
    private readonly string name;

    /// <summary>Prepares a transformation.</summary>
    /// <param name="source">CRS of the points given.</param>
    /// <param name="target">CRS of the points returned.</param>
    /// <exception cref="GdalException">PROJ knows no way between the two.</exception>
    public CoordinateTransformation(SpatialReference source, SpatialReference target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        name = $"{source} to {target}";
        GdalErrors.Clear();
        handle = new TransformationHandle(NativeMethods.OCTNewCoordinateTransformation(source.Handle, target.Handle));
        if (handle.IsInvalid)
        {
            throw GdalErrors.Take(name, "no transformation is known");
        }
    }

    /// <summary>Transforms points in place.</summary>
    /// <param name="x">Eastings or longitudes.</param>
    /// <param name="y">Northings or latitudes; as many.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="GdalException">A point cannot be transformed.</exception>
    public void Transform(Span<double> x, Span<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException("as many x as y are needed", nameof(y));
        }

        if (x.IsEmpty)
        {
            return;
        }

        GdalErrors.Clear();
        int[] success = new int[x.Length];
        fixed (double* px = x, py = y)
        fixed (int* ps = success)
        {
            NativeMethods.OCTTransformEx(handle, x.Length, px, py, null, ps);
        }

        int failed = Array.IndexOf(success, 0);
        if (failed >= 0)
        {
            throw GdalErrors.Take(name, $"a point cannot be transformed (number {failed})");
        }
    }

    /// <summary>Frees the native object.</summary>
    public void Dispose() => handle.Dispose();
}
