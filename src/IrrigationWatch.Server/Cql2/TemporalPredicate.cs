using IrrigationWatch.Server.Collections;

namespace IrrigationWatch.Server.Cql2;

/// <summary>The temporal predicates of CQL2: relations of intervals after Allen 1983, Communications of the ACM 26, 832–843.</summary>
internal static class TemporalPredicate
{
    private static readonly Dictionary<string, Func<Moment, Moment, bool>> Relations = new()
    {
        ["T_AFTER"] = (a, b) => a.Start > b.End,
        ["T_BEFORE"] = (a, b) => a.End < b.Start,
        ["T_CONTAINS"] = (a, b) => a.Start < b.Start && a.End > b.End,
        ["T_DISJOINT"] = (a, b) => !a.Intersects(b),
        ["T_DURING"] = (a, b) => a.Start > b.Start && a.End < b.End,
        ["T_EQUALS"] = (a, b) => a.Start == b.Start && a.End == b.End,
        ["T_FINISHEDBY"] = (a, b) => a.Start < b.Start && a.End == b.End,
        ["T_FINISHES"] = (a, b) => a.Start > b.Start && a.End == b.End,
        ["T_INTERSECTS"] = (a, b) => a.Intersects(b),
        ["T_MEETS"] = Meets,
        ["T_METBY"] = (a, b) => Meets(b, a),
        ["T_OVERLAPPEDBY"] = (a, b) => a.Start > b.Start && a.Start < b.End && a.End > b.End,
        ["T_OVERLAPS"] = (a, b) => a.Start < b.Start && a.End > b.Start && a.End < b.End,
        ["T_STARTEDBY"] = (a, b) => a.Start == b.Start && a.End > b.End,
        ["T_STARTS"] = (a, b) => a.Start == b.Start && a.End < b.End,
    };

    /// <summary>The relation of a predicate's name, in capitals; null where there is none.</summary>
    internal static Func<Moment, Moment, bool>? Find(string name) => Relations.GetValueOrDefault(name);

    /// <summary>Whether one ends as the other begins; where the end is a day, on that day's first moment.</summary>
    private static bool Meets(Moment a, Moment b) => a.End == b.Start || (a.End.AddTicks(1 - TimeSpan.TicksPerDay) == b.Start && b.Start.TimeOfDay == TimeSpan.Zero);
}
