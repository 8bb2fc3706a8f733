namespace IrrigationWatch.Gdal;

/// <summary>
/// Open datasets for work on several threads: each renter has a dataset to itself, as GDAL demands, and a file is opened
/// no more often than it is read at the same time.
/// </summary>
/// <remarks>Thread-safe. At most a fixed number of idle datasets stays open, those that were used last, so file handles stay bounded however many scenes there are.</remarks>
public sealed class DatasetPool : IDisposable
{
    /// <summary>Idle datasets, the one that was used last at the end.</summary>
    private readonly LinkedList<(string Key, Dataset Dataset)> order = [];
    private readonly Dictionary<string, List<LinkedListNode<(string Key, Dataset Dataset)>>> idle = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly int capacity;
    private volatile bool disposed;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="capacity">Largest number of idle datasets kept open.</param>
    public DatasetPool(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        this.capacity = capacity;
    }

    /// <summary>Number of datasets that are open and waiting.</summary>
    public int IdleCount
    {
        get
        {
            lock (gate)
            {
                return order.Count;
            }
        }
    }

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
        return new Lease(this, name, Take(name) ?? (open is null ? Dataset.Open(path) : open(path)));
    }

    /// <summary>Closes all idle datasets; rented ones close when they come back.</summary>
    public void Dispose()
    {
        disposed = true;
        while (TakeOldest(0) is { } dataset)
        {
            dataset.Dispose();
        }
    }

    private Dataset? Take(string key)
    {
        lock (gate)
        {
            return idle.TryGetValue(key, out List<LinkedListNode<(string Key, Dataset Dataset)>>? waiting) ? Remove(waiting, waiting.Count - 1) : null;
        }
    }

    /// <summary>The dataset that has waited longest, where more wait than may.</summary>
    private Dataset? TakeOldest(int mayWait)
    {
        lock (gate)
        {
            return order.Count > mayWait ? Remove(idle[order.First!.Value.Key], 0) : null;
        }
    }

    private Dataset Remove(List<LinkedListNode<(string Key, Dataset Dataset)>> waiting, int index)
    {
        LinkedListNode<(string Key, Dataset Dataset)> node = waiting[index];
        waiting.RemoveAt(index);
        if (waiting.Count == 0)
        {
            idle.Remove(node.Value.Key);
        }

        order.Remove(node);
        return node.Value.Dataset;
    }

    private void Return(string key, Dataset dataset)
    {
        lock (gate)
        {
            LinkedListNode<(string Key, Dataset Dataset)> node = order.AddLast((key, dataset));
            if (!idle.TryGetValue(key, out List<LinkedListNode<(string Key, Dataset Dataset)>>? waiting))
            {
                idle.Add(key, waiting = []);
            }

            waiting.Add(node);
        }

        // After Dispose none may wait. Closed outside of the lock, as closing can take its time.
        while (TakeOldest(disposed ? 0 : capacity) is { } oldest)
        {
            oldest.Dispose();
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
