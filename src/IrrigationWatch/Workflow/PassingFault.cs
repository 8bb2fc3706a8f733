using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>Tells faults that lie outside of a product, and may be gone tomorrow, from damage of the product, which stays with it until it changes.</summary>
internal static class PassingFault
{
    /// <summary>True where the cause may pass: another machine did not deliver, or the system refused to read.</summary>
    /// <param name="path">The product.</param>
    /// <param name="cause">What went wrong.</param>
    internal static bool Is(string path, InputException cause) =>
        RemotePath.IsAddress(path) || cause.InnerException is UnauthorizedAccessException or (IOException and not (GdalException or EndOfStreamException));
}
