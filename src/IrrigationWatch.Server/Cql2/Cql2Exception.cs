namespace IrrigationWatch.Server.Cql2;

/// <summary>A filter is not CQL2, or asks for what a collection does not have.</summary>
/// <param name="problem">What is wrong, and what to do.</param>
internal sealed class Cql2Exception(string problem) : Exception(InputException.Shorten(problem));
