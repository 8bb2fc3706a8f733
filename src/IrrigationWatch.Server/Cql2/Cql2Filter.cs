using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Polygons;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Cql2;

/// <summary>
/// A filter over the features of a collection. Comparisons with a property that a feature lacks are unknown, as in SQL;
/// what is unknown is not selected.
/// </summary>
internal sealed class Cql2Filter
{
    private const string Geometry = Cql2Values.Geometry;

    private readonly Cql2Values values;
    private readonly FeatureFile features;
    private readonly Func<Geometry, Geometry> toLongitudeLatitude;
    private readonly Func<int, bool?> test;
    private readonly IWorkLimit work;
    private long parts;

    private Cql2Filter(ServedCollection collection, Cql2Expression expression, Func<Geometry, Geometry> toLongitudeLatitude, IWorkLimit work)
    {
        values = new Cql2Values(collection, work);
        this.toLongitudeLatitude = toLongitudeLatitude;
        this.work = work;
        features = collection.Features;
        test = Flag(expression);
    }

    /// <summary>Prepares a filter.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="collection">What is filtered.</param>
    /// <param name="toLongitudeLatitude">Brings literal geometries from the CRS that they were given in.</param>
    /// <param name="work">Is told of the work that the filter makes; null where nobody asks.</param>
    /// <returns>The filter.</returns>
    /// <exception cref="Cql2Exception">It is not CQL2, or names a property or function that is not there, or compares what cannot be compared.</exception>
    internal static Cql2Filter Prepare(string text, ServedCollection collection, Func<Geometry, Geometry>? toLongitudeLatitude = null, IWorkLimit? work = null) =>
        new(collection, Cql2Parser.Parse(text), toLongitudeLatitude ?? (geometry => geometry), work ?? Unlimited.Work);

    /// <summary>Parts of the filter, each of which may be looked at for every feature.</summary>
    internal long Parts => parts + values.Parts;

    /// <summary>Whether a feature is selected.</summary>
    internal bool Selects(int row) => test(row) == true;

    private Func<int, bool?> Flag(Cql2Expression expression)
    {
        parts++;
        switch (expression)
        {
            case LogicalExpression logical:
                Func<int, bool?>[] terms = [.. logical.Terms.Select(Flag)];
                return logical.IsAnd ? row => All(terms, row) : row => Any(terms, row);
            case NotExpression not:
                Func<int, bool?> negated = Flag(not.Operand);
                return row => !negated(row);
            case FlagLiteral literal:
                return _ => literal.Value;
            case Comparison comparison:
                return Compare(comparison.Operator, comparison.Left, comparison.Right);
            case BetweenExpression between:
                Func<int, bool?> above = Compare(">=", between.Operand, between.Low);
                Func<int, bool?> below = Compare("<=", between.Operand, between.High);
                return row => And(above(row), below(row));
            case InExpression choice:
                if (values.TypeOf(choice.Operand) == ColumnType.Text && choice.Items.All(item => item is TextLiteral))
                {
                    // Lists of identifiers are long: one look for all of them.
                    Func<int, string?> one = values.Text(choice.Operand);
                    HashSet<string> wantedTexts = [.. choice.Items.Select(item => ((TextLiteral)item).Value)];
                    return row => one(row) is string text ? wantedTexts.Contains(text) : null;
                }

                Func<int, bool?>[] equal = [.. choice.Items.Select(item => Compare("=", choice.Operand, item))];
                return row => Any(equal, row);
            case LikeExpression like:
                Func<int, string?> operand = values.Text(like.Operand);
                Func<int, string?> pattern = values.Text(like.Pattern);
                return row => operand(row) is string text && pattern(row) is string wanted ? IsLike(text, wanted) : null;
            case NullExpression isNull:
                return IsNull(isNull.Operand);
            case FunctionCall call:
                return Predicate(call);
            case PropertyName { Name: not Geometry and not Cql2Values.Time } name when values.Column(name).Type == ColumnType.Flag:
                FeatureColumn column = values.Column(name);
                return row => double.IsNaN(column.Number(row)) ? null : column.Number(row) == 1;
            default:
                throw new Cql2Exception($"{Cql2Values.Describe(expression)} is neither true nor false; compare it with something");
        }
    }

    private bool IsLike(string text, string pattern)
    {
        work.Spend(1 + ((long)text.Length * pattern.Length >> 3));
        return Cql2Text.IsLike(text, pattern);
    }

    private static bool? All(Func<int, bool?>[] terms, int row)
    {
        bool? result = true;
        foreach (Func<int, bool?> term in terms)
        {
            result = And(result, term(row));
            if (result == false)
            {
                return false;
            }
        }

        return result;
    }

    private static bool? Any(Func<int, bool?>[] terms, int row)
    {
        bool? result = false;
        foreach (Func<int, bool?> term in terms)
        {
            bool? value = term(row);
            if (value == true)
            {
                return true;
            }

            result = value is null ? null : result;
        }

        return result;
    }

    private static bool? And(bool? left, bool? right) => left == false || right == false ? false : left is null || right is null ? null : true;

    private Func<int, bool?> Compare(string sign, Cql2Expression left, Cql2Expression right)
    {
        ColumnType leftType = values.TypeOf(left);
        ColumnType rightType = values.TypeOf(right);
        if (leftType == ColumnType.Time || rightType == ColumnType.Time)
        {
            // A day or moment may be compared with text that says one.
            if (leftType == rightType || left is TextLiteral || right is TextLiteral)
            {
                Func<int, Moment?> first = values.When(left);
                Func<int, Moment?> second = values.When(right);
                return row => first(row) is Moment a && second(row) is Moment b ? CompareTimes(sign, a, b) : null;
            }
        }
        else if (leftType == ColumnType.Text && rightType == ColumnType.Text)
        {
            Func<int, string?> first = values.Text(left);
            Func<int, string?> second = values.Text(right);
            return row => first(row) is string a && second(row) is string b ? Holds(sign, string.CompareOrdinal(a, b)) : null;
        }
        else if (leftType == ColumnType.Number && rightType == ColumnType.Number)
        {
            Func<int, double> first = values.Number(left);
            Func<int, double> second = values.Number(right);
            return row =>
            {
                double a = first(row);
                double b = second(row);
                return double.IsNaN(a) || double.IsNaN(b) ? null : Holds(sign, a.CompareTo(b));
            };
        }
        else if (leftType == ColumnType.Flag && rightType == ColumnType.Flag && sign is "=" or "<>")
        {
            Func<int, bool?> first = Flag(left);
            Func<int, bool?> second = Flag(right);
            return row => first(row) is bool a && second(row) is bool b ? a == b == (sign == "=") : null;
        }

        throw new Cql2Exception($"{Cql2Values.Describe(left)} and {Cql2Values.Describe(right)} cannot be compared by '{sign}': one is {Cql2Values.Word(leftType)}, the other {Cql2Values.Word(rightType)}");
    }

    private static bool Holds(string sign, int order) => sign switch
    {
        "=" => order == 0,
        "<>" => order != 0,
        "<" => order < 0,
        ">" => order > 0,
        "<=" => order <= 0,
        _ => order >= 0,
    };

    private static bool CompareTimes(string sign, Moment a, Moment b) => sign switch
    {
        "=" => a.Start == b.Start && a.End == b.End,
        "<>" => a.Start != b.Start || a.End != b.End,
        "<" => a.End < b.Start,
        ">" => a.Start > b.End,
        "<=" => a.Start <= b.End,
        _ => a.End >= b.Start,
    };

    private Func<int, bool?> IsNull(Cql2Expression operand)
    {
        if (operand is PropertyName { Name: Geometry })
        {
            return row => features.BoxOf(row).IsEmpty;
        }

        switch (values.TypeOf(operand))
        {
            case ColumnType.Number:
                Func<int, double> number = values.Number(operand);
                return row => double.IsNaN(number(row));
            case ColumnType.Time:
                Func<int, Moment?> when = values.When(operand);
                return row => when(row) is null;
            case ColumnType.Flag:
                Func<int, bool?> flag = Flag(operand);
                return row => flag(row) is null;
            default:
                Func<int, string?> text = values.Text(operand);
                return row => text(row) is null;
        }
    }

    private Func<int, bool?> Predicate(FunctionCall call)
    {
        string name = call.Name.ToUpperInvariant();
        if (call.Operands.Count == 2)
        {
            if (SpatialPredicate.IsKnown(name))
            {
                return Spatial(name, call.Operands[0], call.Operands[1]);
            }

            if (TemporalPredicate.Find(name) is { } relation)
            {
                Func<int, Moment?> first = values.When(call.Operands[0]);
                Func<int, Moment?> second = values.When(call.Operands[1]);
                return row => first(row) is Moment a && second(row) is Moment b ? relation(a, b) : null;
            }

            if (name is "A_EQUALS" or "A_CONTAINS" or "A_CONTAINEDBY" or "A_OVERLAPS")
            {
                return Arrays(name, call.Operands[0], call.Operands[1]);
            }
        }

        throw Cql2Values.UnknownFunction(call);
    }

    private Func<int, bool?> Spatial(string name, Cql2Expression left, Cql2Expression right)
    {
        if (left is PropertyName { Name: Geometry } && right is GeometryLiteral literal)
        {
            return Spatial(name, literal.Value);
        }

        if (left is GeometryLiteral first && right is PropertyName { Name: Geometry })
        {
            return Spatial(SpatialPredicate.Turned(name), first.Value);
        }

        if (left is GeometryLiteral a && right is GeometryLiteral b)
        {
            var second = new MeteredGeometry(Checked(b.Value), work);
            bool holds = second.Holds(name, Checked(a.Value));
            return _ => holds;
        }

        if (left is PropertyName { Name: Geometry } && right is PropertyName { Name: Geometry })
        {
            return row => values.GeometryOf(row) is { } own ? new MeteredGeometry(own, work).Holds(name, own) : null;
        }

        Cql2Expression other = left is PropertyName { Name: Geometry } or GeometryLiteral ? right : left;
        throw other switch
        {
            PropertyName property => new Cql2Exception($"'{property.Name}' is no geometry of this collection; use geometry"),
            FunctionCall call => Cql2Values.UnknownFunction(call),
            _ => new Cql2Exception($"{Cql2Values.Describe(other)} is no geometry; use geometry, well-known text or BBOX"),
        };
    }

    /// <summary>A relation of a feature to a geometry that is the same for all.</summary>
    private Func<int, bool?> Spatial(string name, Geometry literal)
    {
        Geometry other = Checked(toLongitudeLatitude(literal));
        Box box = Box.Of(other);
        var metered = new MeteredGeometry(other, work);
        bool apart = SpatialPredicate.HoldsApart(name);
        return row =>
        {
            Box own = features.BoxOf(row);
            if (own.IsEmpty)
            {
                return null;
            }

            return !own.Meets(box) ? apart : values.GeometryOf(row) is { } geometry ? metered.Holds(name, geometry) : null;
        };
    }

    private Geometry Checked(Geometry geometry) =>
        PolygonCheck.IsValid(geometry, work) ? geometry : throw new Cql2Exception($"the {geometry.GeometryType} of the filter crosses itself or is not closed; give a valid geometry");

    private Func<int, bool?> Arrays(string name, Cql2Expression left, Cql2Expression right)
    {
        HashSet<string> first = Items(left);
        HashSet<string> second = Items(right);
        bool holds = name switch
        {
            "A_EQUALS" => first.SetEquals(second),
            "A_CONTAINS" => first.IsSupersetOf(second),
            "A_CONTAINEDBY" => first.IsSubsetOf(second),
            _ => first.Overlaps(second),
        };
        return _ => holds;

        HashSet<string> Items(Cql2Expression expression) => expression switch
        {
            ArrayLiteral array => [.. array.Items.Select(item => item.ToString())],
            TextLiteral or NumberLiteral or TimeLiteral or FlagLiteral => [expression.ToString()],
            PropertyName property => throw new Cql2Exception(values.Column(property).Name + " is no array; no property of this collection is one"),
            _ => throw new Cql2Exception($"{Cql2Values.Describe(expression)} is no array"),
        };
    }
}
