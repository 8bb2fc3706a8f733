namespace IrrigationWatch.Server.Collections;

/// <summary>The state of the folder that is served now. A new one takes its place between two requests; the old one is closed when its last request is done.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ResultHolder(ResultFolder first) : IDisposable
{
    private readonly Lock gate = new();
    private Held current = new(first);

    /// <summary>The state now, kept open until the lease is given back.</summary>
    internal Lease Acquire()
    {
        lock (gate)
        {
            current.Users++;
            return new Lease(this, current);
        }
    }

    /// <summary>Lets a new state take the place of the old.</summary>
    internal void Replace(ResultFolder next)
    {
        lock (gate)
        {
            Held old = current;
            current = new Held(next);
            old.IsReplaced = true;
            old.CloseIfUnused();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            current.IsReplaced = true;
            current.CloseIfUnused();
        }
    }

    private void Release(Held held)
    {
        lock (gate)
        {
            held.Users--;
            held.CloseIfUnused();
        }
    }

    /// <summary>A state in use.</summary>
    internal sealed class Lease : IDisposable
    {
        private readonly ResultHolder holder;
        private Held? held;

        internal Lease(ResultHolder holder, Held held)
        {
            this.holder = holder;
            this.held = held;
            Folder = held.Folder;
        }

        /// <summary>The state.</summary>
        internal ResultFolder Folder { get; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref held, null) is { } open)
            {
                holder.Release(open);
            }
        }
    }

    internal sealed class Held(ResultFolder folder)
    {
        internal ResultFolder Folder => folder;

        internal int Users { get; set; }

        internal bool IsReplaced { get; set; }

        internal void CloseIfUnused()
        {
            if (IsReplaced && Users == 0)
            {
                folder.Dispose();
            }
        }
    }
}
