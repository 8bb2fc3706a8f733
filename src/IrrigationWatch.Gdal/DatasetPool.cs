using System.Collections.Concurrent;

namespace IrrigationWatch.Gdal;

/// <summary>
/// Open datasets for work on several threads: each renter has a dataset to itself, as GDAL demands, and a file is opened
/// no more often than it is read at the same time.
/// </summary>
/// <remarks>Thread-safe. At most a fixed number of idle datasets stays open, so file handles stay bounded however many scenes there are.</remarks>
public sealed class DatasetPool : IDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<Dataset>> idle = new(StringComparer.Ordinal);
    private readonly int capacity;
    private int idleCount;
    private volatile bool disposed;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="capacity">Largest number of idle datasets kept open.</param>
    public DatasetPool(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        this.capacity = capacity;
    }

    /// <summary>Number of datasets that are open and waiting.</summary>
    public int IdleCount => Volatile.Read(ref idleCount);

    /// <summary>Takes a dataset for the calling thread alone.</summary>
    /// <param name="path">The file; also the key under which it is pooled unless <paramref name="key"/> is given.</param>
    /// <param name="key">Names another view of the file, for example warped to a grid.</param>
    /// <param name="open">Opens the dataset where none is idle; by default <see cref="Dataset.Open"/>.</param>
    /// <returns>The dataset; dispose of the lease to give it back.</returns>
    /// <exception cref="GdalException">The file cannot be opened.</exception>
    public Lease Rent(string path, string? key = null, Func<string, Dataset>? open = null)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        string name = key ?? path;
        if (idle.TryGetValue(name, out ConcurrentBag<Dataset>? bag) && bag.TryTake(out Dataset? dataset))
        {
            Interlocked.Decrement(ref idleCount);
            return new Lease(this, name, dataset);
        }

        return new Lease(this, name, open is null ? Dataset.Open(path) : open(path));
    }

    /// <summary>Closes all idle datasets; rented ones close when they come back.</summary>
    public void Dispose()
    {
        disposed = true;
        foreach (ConcurrentBag<Dataset> bag in idle.Values)
        {
            while (bag.TryTake(out Dataset? dataset))
            {
                Interlocked.Decrement(ref idleCount);
                dataset.Dispose();
            }
        }
    }

    private void Return(string key, Dataset dataset)
    {
        if (disposed || Interlocked.Increment(ref idleCount) > capacity)
        {
            if (!disposed)
            {
                Interlocked.Decrement(ref idleCount);
            }

            dataset.Dispose();
            return;
        }

        idle.GetOrAdd(key, static _ => []).Add(dataset);
        if (disposed)
        {
            Dispose();
        }
    }

    /// <summary>A dataset on loan from the pool.</summary>
    public readonly struct Lease : IDisposable, IEquatable<Lease>
    {
        private readonly DatasetPool pool;
        private readonly string key;

        internal Lease(DatasetPool pool, string key, Dataset dataset)
        {
            this.pool = pool;
            this.key = key;
            Dataset = dataset;
        }

        /// <summary>The dataset, the holder's alone until the lease ends.</summary>
        public Dataset Dataset { get; }

        /// <summary>Whether two leases are of the same dataset.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        /// <returns>Whether they are the same.</returns>
        public static bool operator ==(Lease left, Lease right) => left.Equals(right);

        /// <summary>Whether two leases are of different datasets.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        /// <returns>Whether they differ.</returns>
        public static bool operator !=(Lease left, Lease right) => !left.Equals(right);

        /// <inheritdoc/>
        public bool Equals(Lease other) => ReferenceEquals(Dataset, other.Dataset);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Lease other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => Dataset?.GetHashCode() ?? 0;

        /// <summary>Gives the dataset back.</summary>
        public void Dispose() => pool.Return(key, Dataset);
    }
}
