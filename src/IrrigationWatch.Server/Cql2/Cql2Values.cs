using IrrigationWatch.Server.Collections;

namespace IrrigationWatch.Server.Cql2;

/// <summary>Values of expressions over the features of a collection: text, numbers and times.</summary>
internal sealed class Cql2Values(ServedCollection collection, IWorkLimit work)
{
    /// <summary>The name of a feature's geometry.</summary>
    internal const string Geometry = "geometry";

    /// <summary>The name of a feature's time.</summary>
    internal const string Time = "datetime";

    private const int StepsOfId = 50;

    private readonly FeatureFile features = collection.Features;
    private (int Row, string Id) lastId = (-1, string.Empty);
    private (int Row, NetTopologySuite.Geometries.Geometry? Geometry) lastGeometry = (-1, null);

    /// <summary>Values of the filter, each of which may be looked at for every feature.</summary>
    internal long Parts { get; private set; }

    /// <summary>The geometry of a feature; read once, however many predicates ask for it.</summary>
    internal NetTopologySuite.Geometries.Geometry? GeometryOf(int row)
    {
        if (lastGeometry.Row != row)
        {
            work.Spend(features.LengthOf(row));
            lastGeometry = (row, features.GeometryOf(row));
        }

        return lastGeometry.Geometry;
    }

    /// <summary>What is said of a function that is not there.</summary>
    internal static Cql2Exception UnknownFunction(FunctionCall call) =>
        new($"there is no function {call.Name} of {call.Operands.Count} operands; use CASEI, ACCENTI, and the predicates S_…, T_… and A_… of CQL2");

    /// <summary>The text of an expression, row by row; null where there is none.</summary>
    internal Func<int, string?> Text(Cql2Expression expression)
    {
        Parts++;
        switch (expression)
        {
            case TextLiteral literal:
                return _ => literal.Value;
            case PropertyName { Name: "id" } when features.Column("id") is null:
                return IdOf;
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

                return row => inner(row) is string text ? Fold(fold, text) : null;
            case FunctionCall call:
                throw UnknownFunction(call);
            default:
                throw new Cql2Exception($"{Describe(expression)} is no text");
        }
    }

    /// <summary>The number of an expression, row by row; NaN where there is none.</summary>
    internal Func<int, double> Number(Cql2Expression expression)
    {
        Parts++;
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

    /// <summary>The time of an expression, row by row; null where there is none.</summary>
    internal Func<int, Moment?> When(Cql2Expression expression)
    {
        // Text that says a time is read each time.
        Parts += 10;
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

    private string Fold(Func<string, string> fold, string text)
    {
        work.Spend(text.Length);
        return fold(text);
    }

    private string IdOf(int row)
    {
        if (lastId.Row != row)
        {
            // The feature is read for it.
            work.Spend(StepsOfId + features.LengthOf(row) / 16);
            lastId = (row, features.IdOf(row));
        }

        return lastId.Id;
    }

    /// <summary>What an expression gives.</summary>
    internal ColumnType TypeOf(Cql2Expression expression) => expression switch
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

    /// <summary>A property.</summary>
    internal FeatureColumn Column(PropertyName name) =>
        features.Column(name.Name) ?? throw new Cql2Exception($"'{name.Name}' is no property of this collection; use {string.Join(", ", collection.Queryables)}");

    /// <summary>An expression in messages.</summary>
    internal static string Describe(Cql2Expression expression) => expression switch
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

    /// <summary>A kind of value in messages.</summary>
    internal static string Word(ColumnType type) => type switch
    {
        ColumnType.Text => "text",
        ColumnType.Time => "a time",
        ColumnType.Flag => "true or false",
        _ => "a number",
    };
}
