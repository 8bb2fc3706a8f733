using IrrigationWatch.TestSupport;

[assembly: AssemblyFixture(typeof(IrrigationWatch.Acceptance.SharedCorridors))]

namespace IrrigationWatch.Acceptance;

/// <summary>Corridors that tests of several classes read, each made when it is first asked for.</summary>
public sealed class SharedCorridors : IDisposable
{
    private readonly Lazy<WideCorridor> wide = new(() => new WideCorridor());

    internal WideCorridor Wide => wide.Value;

    public void Dispose()
    {
        if (wide.IsValueCreated)
        {
            wide.Value.Dispose();
        }
    }
}
