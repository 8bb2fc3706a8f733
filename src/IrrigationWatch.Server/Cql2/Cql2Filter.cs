using IrrigationWatch.Server.Collections;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;

namespace IrrigationWatch.Server.Cql2;

/// <summary>
/// A filter over the features of a collection. Comparisons with a property that a feature lacks are unknown, as in SQL;
/// what is unknown is not selected.
/// </summary>
internal sealed class Cql2Filter
{
    private const string Geometry = "geometry";
    private const string Time = "datetime";

    private readonly ServedCollection collection;
    private readonly FeatureFile features;
    private readonly Func<Geometry, Geometry> toLongitudeLatitude;
    private readonly Func<int, bool?> test;

    private Cql2Filter(ServedCollection collection, Cql2Expression expression, Func<Geometry, Geometry> toLongitudeLatitude)
    {
        this.collection = collection;
        this.toLongitudeLatitude = toLongitudeLatitude;
        features = collection.Features;
        test = Flag(expression);
    }

    /// <summary>Prepares a filter.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="collection">What is filtered.</param>
    /// <param name="toLongitudeLatitude">Brings literal geometries from the CRS that they were given in.</param>
    /// <returns>The filter.</returns>
    /// <exception cref="Cql2Exception">It is not CQL2, or names a property or function that is not there, or compares what cannot be compared.</exception>
    internal static Cql2Filter Prepare(string text, ServedCollection collection, Func<Geometry, Geometry>? toLongitudeLatitude = null) =>
        new(collection, Cql2Parser.Parse(text), toLongitudeLatitude ?? (geometry => geometry));

    /// <summary>Whether a feature is selected.</summary>
    internal bool Selects(int row) => test(row) == true;

    private Func<int, bool?> Flag(Cql2Expression expression)
    {
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
                Func<int, bool?>[] equal = [.. choice.Items.Select(item => Compare("=", choice.Operand, item))];
                return row => Any(equal, row);
            case LikeExpression like:
                Func<int, string?> operand = Text(like.Operand);
                Func<int, string?> pattern = Text(like.Pattern);
                return row => operand(row) is string text && pattern(row) is string wanted ? Cql2Text.IsLike(text, wanted) : null;
            case NullExpression isNull:
                return IsNull(isNull.Operand);
            case FunctionCall call:
                return Predicate(call);
            case PropertyName { Name: not Geometry and not Time } name when Column(name).Type == ColumnType.Flag:
                FeatureColumn column = Column(name);
                return row => double.IsNaN(column.Number(row)) ? null : column.Number(row) == 1;
            default:
                throw new Cql2Exception($"{Describe(expression)} is neither true nor false; compare it with something");
        }
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
        ColumnType leftType = TypeOf(left);
        ColumnType rightType = TypeOf(right);
        if (leftType == ColumnType.Time || rightType == ColumnType.Time)
        {
            // A day or moment may be compared with text that says one.
            if (leftType == rightType || left is TextLiteral || right is TextLiteral)
            {
                Func<int, Moment?> first = When(left);
                Func<int, Moment?> second = When(right);
                return row => first(row) is Moment a && second(row) is Moment b ? CompareTimes(sign, a, b) : null;
            }
        }
        else if (leftType == ColumnType.Text && rightType == ColumnType.Text)
        {
            Func<int, string?> first = Text(left);
            Func<int, string?> second = Text(right);
            return row => first(row) is string a && second(row) is string b ? Holds(sign, string.CompareOrdinal(a, b)) : null;
        }
        else if (leftType == ColumnType.Number && rightType == ColumnType.Number)
        {
            Func<int, double> first = Number(left);
            Func<int, double> second = Number(right);
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

        throw new Cql2Exception($"{Describe(left)} and {Describe(right)} cannot be compared by '{sign}': one is {Word(leftType)}, the other {Word(rightType)}");
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

        switch (TypeOf(operand))
        {
            case ColumnType.Number:
                Func<int, double> number = Number(operand);
                return row => double.IsNaN(number(row));
            case ColumnType.Time:
                Func<int, Moment?> when = When(operand);
                return row => when(row) is null;
            case ColumnType.Flag:
                Func<int, bool?> flag = Flag(operand);
                return row => flag(row) is null;
            default:
                Func<int, string?> text = Text(operand);
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
                Func<int, Moment?> first = When(call.Operands[0]);
                Func<int, Moment?> second = When(call.Operands[1]);
                return row => first(row) is Moment a && second(row) is Moment b ? relation(a, b) : null;
            }

            if (name is "A_EQUALS" or "A_CONTAINS" or "A_CONTAINEDBY" or "A_OVERLAPS")
            {
                return Arrays(name, call.Operands[0], call.Operands[1]);
            }
        }

        throw UnknownFunction(call);
    }

    private static Cql2Exception UnknownFunction(FunctionCall call) =>
        new($"there is no function {call.Name} of {call.Operands.Count} operands; use CASEI, ACCENTI, and the predicates S_…, T_… and A_… of CQL2");

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
            bool holds = SpatialPredicate.Holds(name, Checked(a.Value), Checked(b.Value));
            return _ => holds;
        }

        if (left is PropertyName { Name: Geometry } && right is PropertyName { Name: Geometry })
        {
            return row => features.GeometryOf(row) is { } own ? SpatialPredicate.Holds(name, own, own) : null;
        }

        Cql2Expression other = left is PropertyName { Name: Geometry } or GeometryLiteral ? right : left;
        throw other switch
        {
            PropertyName property => new Cql2Exception($"'{property.Name}' is no geometry of this collection; use geometry"),
            FunctionCall call => UnknownFunction(call),
            _ => new Cql2Exception($"{Describe(other)} is no geometry; use geometry, well-known text or BBOX"),
        };
    }

    /// <summary>A relation of a feature to a geometry that is the same for all.</summary>
    private Func<int, bool?> Spatial(string name, Geometry literal)
    {
        Geometry other = Checked(toLongitudeLatitude(literal));
        Box box = Box.Of(other);
        IPreparedGeometry prepared = PreparedGeometryFactory.Prepare(other);
        bool apart = SpatialPredicate.HoldsApart(name);
        return row =>
        {
            Box own = features.BoxOf(row);
            if (own.IsEmpty)
            {
                return null;
            }

            return !own.Meets(box) ? apart : features.GeometryOf(row) is { } geometry ? SpatialPredicate.Holds(name, geometry, prepared) : null;
        };
    }

    private static Geometry Checked(Geometry geometry) =>
        geometry.IsValid ? geometry : throw new Cql2Exception($"the {geometry.GeometryType} of the filter crosses itself or is not closed; give a valid geometry");

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
            PropertyName property => throw new Cql2Exception(Column(property).Name + " is no array; no property of this collection is one"),
            _ => throw new Cql2Exception($"{Describe(expression)} is no array"),
        };
    }

    private Func<int, string?> Text(Cql2Expression expression)
    {
        switch (expression)
        {
            case TextLiteral literal:
                return _ => literal.Value;
            case PropertyName { Name: "id" } when features.Column("id") is null:
                return features.IdOf;
            case PropertyName name when Column(name) is { Type: ColumnType.Text or ColumnType.Time } column:
                return column.Text;
            case FunctionCall { Operands: [Cql2Expression operand] } call when call.Name.ToUpperInvariant() is "CASEI" or "ACCENTI":
                Func<int, string?> inner = Text(operand);
                Func<string, string> fold = call.Name.Equals("CASEI", StringComparison.OrdinalIgnoreCase) ? Cql2Text.FoldCase : Cql2Text.FoldAccents;
                if (operand is TextLiteral fixedText)
                {
                    string folded = fold(fixedText.Value);
                    return _ => folded;
                }

                return row => inner(row) is string text ? fold(text) : null;
            case FunctionCall call:
                throw UnknownFunction(call);
            default:
                throw new Cql2Exception($"{Describe(expression)} is no text");
        }
    }

    private Func<int, double> Number(Cql2Expression expression)
    {
        switch (expression)
        {
            case NumberLiteral literal:
                return _ => literal.Value;
            case PropertyName name when Column(name) is { Type: ColumnType.Integer or ColumnType.Number } column:
                return column.Number;
            case Arithmetic arithmetic:
                Func<int, double> left = Number(arithmetic.Left);
                Func<int, double> right = Number(arithmetic.Right);
                return arithmetic.Operator switch
                {
                    "+" => row => left(row) + right(row),
                    "-" => row => left(row) - right(row),
                    "*" => row => left(row) * right(row),
                    "/" => row => Finite(left(row) / right(row)),
                    "%" => row => left(row) % right(row),
                    "div" => row => Finite(Math.Truncate(left(row) / right(row))),
                    _ => row => Finite(Math.Pow(left(row), right(row))),
                };
            case FunctionCall call:
                throw UnknownFunction(call);
            default:
                throw new Cql2Exception($"{Describe(expression)} is no number");
        }

        // Division by zero has no result.
        static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;
    }

    private Func<int, Moment?> When(Cql2Expression expression)
    {
        switch (expression)
        {
            case TimeLiteral literal:
                return _ => literal.Value;
            case TextLiteral text:
                return Moment.TryParse(text.Value, out Moment parsed) ? _ => parsed : throw new Cql2Exception($"'{text.Value}' is no day or moment after RFC 3339; write DATE('2010-07-01')");
            case IntervalExpression interval:
                Func<int, Moment?> start = interval.Start is OpenEnd ? _ => new Moment(DateTimeOffset.MinValue, DateTimeOffset.MinValue) : When(interval.Start);
                Func<int, Moment?> end = interval.End is OpenEnd ? _ => new Moment(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue) : When(interval.End);
                return row => start(row) is Moment first && end(row) is Moment last ? new Moment(first.Start, last.End) : null;
            case PropertyName { Name: Time } when features.Column(Time) is null && collection.HasTime:
                return collection.TimeOf;
            case PropertyName name when Column(name) is { Type: ColumnType.Time } column:
                return row => column.Text(row) is string value && Moment.TryParse(value, out Moment moment) ? moment : null;
            case FunctionCall call:
                throw UnknownFunction(call);
            default:
                throw new Cql2Exception($"{Describe(expression)} is no day, moment or span of time");
        }
    }

    private ColumnType TypeOf(Cql2Expression expression) => expression switch
    {
        TextLiteral => ColumnType.Text,
        NumberLiteral or Arithmetic => ColumnType.Number,
        TimeLiteral or IntervalExpression => ColumnType.Time,
        PropertyName { Name: Time } when features.Column(Time) is null && collection.HasTime => ColumnType.Time,
        PropertyName { Name: "id" } when features.Column("id") is null => ColumnType.Text,
        PropertyName { Name: Geometry } => throw new Cql2Exception("geometry is compared by the predicates S_…, for example S_INTERSECTS(geometry, BBOX(78, 43, 81, 45))"),
        PropertyName name => Column(name).Type is ColumnType.Integer ? ColumnType.Number : Column(name).Type,
        FunctionCall call when call.Name.ToUpperInvariant() is "CASEI" or "ACCENTI" => ColumnType.Text,
        FunctionCall call when !SpatialPredicate.IsKnown(call.Name.ToUpperInvariant()) && TemporalPredicate.Find(call.Name.ToUpperInvariant()) is null && !call.Name.StartsWith("A_", StringComparison.OrdinalIgnoreCase) => throw UnknownFunction(call),
        GeometryLiteral => throw new Cql2Exception("a geometry is compared by the predicates S_…"),
        ArrayLiteral => throw new Cql2Exception("an array is compared by the predicates A_…"),
        _ => ColumnType.Flag,
    };

    private FeatureColumn Column(PropertyName name) =>
        features.Column(name.Name) ?? throw new Cql2Exception($"'{name.Name}' is no property of this collection; use {string.Join(", ", collection.Queryables)}");

    private static string Describe(Cql2Expression expression) => expression switch
    {
        PropertyName name => name.Name,
        TextLiteral text => $"'{text.Value}'",
        NumberLiteral number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        FunctionCall call => call.Name,
        TimeLiteral => "a time",
        GeometryLiteral geometry => "a " + geometry.Value.GeometryType,
        ArrayLiteral => "an array",
        Arithmetic => "a calculation",
        _ => "an expression",
    };

    private static string Word(ColumnType type) => type switch
    {
        ColumnType.Text => "text",
        ColumnType.Time => "a time",
        ColumnType.Flag => "true or false",
        _ => "a number",
    };
}
