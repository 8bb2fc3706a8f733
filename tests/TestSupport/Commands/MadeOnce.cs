namespace IrrigationWatch.TestSupport;

/// <summary>What tests of several classes only read, made when it is first asked for and once for an assembly (as an assembly fixture).</summary>
/// <typeparam name="T">What is made.</typeparam>
public sealed class MadeOnce<T> : IDisposable
    where T : IDisposable, new()
{
    private readonly Lazy<T> made = new(() => new T());

    internal T Value => made.Value;

    public void Dispose()
    {
        if (made.IsValueCreated)
        {
            made.Value.Dispose();
        }
    }
}
