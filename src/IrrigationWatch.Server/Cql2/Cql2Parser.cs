using IrrigationWatch.Server.Collections;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Server.Cql2;

/// <summary>Reads CQL2 text (OGC 21-065r2, <c>cql2.bnf</c>) by recursive descent, in time that grows with its length alone.</summary>
internal sealed class Cql2Parser
{
    /// <summary>Parentheses in one another, at most.</summary>
    private const int DeepestNesting = 64;

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV" };

    private static readonly HashSet<string> Shapes = new(StringComparer.OrdinalIgnoreCase) { "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION" };

    private readonly string text;
    private readonly List<Cql2Token> tokens;
    private int next;
    private int depth;

    private Cql2Parser(string text)
    {
        this.text = text;
        tokens = Cql2Lexer.Read(text);
    }

    private Cql2Token Current => tokens[next];

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="Cql2Exception">It is not CQL2; the message names the place.</exception>
    internal static Cql2Expression Parse(string text)
    {
        var parser = new Cql2Parser(text);
        Cql2Expression expression = parser.Or();
        return parser.Current.Kind == Cql2TokenKind.End ? expression : throw parser.Unexpected("AND, OR or the end");
    }

    private Cql2Expression Or() => Logical("OR", And);

    private Cql2Expression And() => Logical("AND", Not);

    private Cql2Expression Logical(string word, Func<Cql2Expression> operand)
    {
        Cql2Expression first = operand();
        if (!Current.IsWord(word))
        {
            return first;
        }

        var terms = new List<Cql2Expression> { first };
        while (TakeWord(word))
        {
            terms.Add(operand());
        }

        return new LogicalExpression(word == "AND", terms);
    }

    private Cql2Expression Not()
    {
        int count = 0;
        while (TakeWord("NOT"))
        {
            count++;
        }

        Cql2Expression operand = Predicate();
        return count % 2 == 1 ? new NotExpression(operand) : operand;
    }

    private Cql2Expression Predicate()
    {
        Cql2Expression left = Sum();
        if (Current.Kind == Cql2TokenKind.Sign && Current.Value is "=" or "<>" or "<" or ">" or "<=" or ">=")
        {
            return new Comparison(Take().Value, left, Sum());
        }

        if (TakeWord("IS"))
        {
            bool negated = TakeWord("NOT");
            ExpectWord("NULL");
            return Negate(new NullExpression(left), negated);
        }

        bool not = TakeWord("NOT");
        if (TakeWord("LIKE"))
        {
            return Negate(new LikeExpression(left, Primary()), not);
        }

        if (TakeWord("BETWEEN"))
        {
            Cql2Expression low = Sum();
            ExpectWord("AND");
            return Negate(new BetweenExpression(left, low, Sum()), not);
        }

        if (TakeWord("IN"))
        {
            Expect("(");
            return Negate(new InExpression(left, List(Sum)), not);
        }

        return not ? throw Unexpected("LIKE, BETWEEN or IN") : left;
    }

    private static Cql2Expression Negate(Cql2Expression expression, bool negated) => negated ? new NotExpression(expression) : expression;

    private Cql2Expression Sum()
    {
        Cql2Expression left = Product();
        while (Current.Is("+") || Current.Is("-"))
        {
            left = new Arithmetic(Take().Value, left, Product());
        }

        return left;
    }

    private Cql2Expression Product()
    {
        Cql2Expression left = Power();
        while (Current.Is("*") || Current.Is("/") || Current.Is("%") || Current.IsWord("DIV"))
        {
            left = new Arithmetic(Take().Value.ToLowerInvariant(), left, Power());
        }

        return left;
    }

    private Cql2Expression Power()
    {
        Cql2Expression left = Factor();
        return Take("^") ? new Arithmetic("^", left, Factor()) : left;
    }

    private Cql2Expression Factor()
    {
        bool negative = Take("-");
        if (!negative)
        {
            _ = Take("+");
        }

        Cql2Expression operand = Primary();
        return !negative ? operand : operand is NumberLiteral number ? new NumberLiteral(-number.Value) : new Arithmetic("-", new NumberLiteral(0), operand);
    }

    private Cql2Expression Primary()
    {
        Cql2Token token = Take();
        switch (token.Kind)
        {
            case Cql2TokenKind.Text:
                return new TextLiteral(token.Value);
            case Cql2TokenKind.Number:
                return new NumberLiteral(token.Number);
            case Cql2TokenKind.Quoted:
                return Current.Is("(") ? Call(token) : new PropertyName(token.Value);
            case Cql2TokenKind.Sign when token.Value == "(":
                return Parenthesis();
            case Cql2TokenKind.Word when token.IsWord("TRUE") || token.IsWord("FALSE"):
                return new FlagLiteral(token.IsWord("TRUE"));
            case Cql2TokenKind.Word when Shapes.Contains(token.Value) && IsShape():
                return Shape(token);
            case Cql2TokenKind.Word when !Reserved.Contains(token.Value):
                return Current.Is("(") ? Call(token) : new PropertyName(token.Value);
            default:
                next--;
                throw Unexpected("a property, a value or a function");
        }
    }

    private Cql2Expression Parenthesis()
    {
        if (Take(")"))
        {
            return new ArrayLiteral([]);
        }

        Deeper();
        List<Cql2Expression> items = List(Or);
        depth--;
        return items.Count == 1 ? items[0] : new ArrayLiteral(items);
    }

    private Cql2Expression Call(Cql2Token name)
    {
        Expect("(");
        if (name.IsWord("BBOX"))
        {
            return Box(name);
        }

        Deeper();
        List<Cql2Expression> operands = Take(")") ? [] : List(Or);
        depth--;
        return name.Value.ToUpperInvariant() switch
        {
            "DATE" or "TIMESTAMP" when operands is [TextLiteral literal] => new TimeLiteral(ParseTime(name, literal.Value)),
            "INTERVAL" when operands.Count == 2 => Interval(name, operands),
            "DATE" or "TIMESTAMP" or "INTERVAL" => throw new Cql2Exception($"{name.Value} at place {name.Start + 1} takes text, for example DATE('2010-07-01') or INTERVAL('2010-01-01', '..')"),
            _ => new FunctionCall(name.Value, operands),
        };
    }

    private static Cql2Expression Interval(Cql2Token name, List<Cql2Expression> operands)
    {
        if (operands is [TextLiteral start, TextLiteral end])
        {
            return Moment.TryParse(start.Value, end.Value, out Moment interval)
                ? new TimeLiteral(interval)
                : throw new Cql2Exception($"INTERVAL('{start.Value}', '{end.Value}') at place {name.Start + 1} is no span of time; give days or moments after RFC 3339 in their order, or '..' for an open end");
        }

        return new IntervalExpression(End(operands[0]), End(operands[1]));

        Cql2Expression End(Cql2Expression operand) => operand switch
        {
            TextLiteral { Value: "" or ".." } => new OpenEnd(),
            TextLiteral text => new TimeLiteral(ParseTime(name, text.Value)),
            _ => operand,
        };
    }

    private static Moment ParseTime(Cql2Token name, string value) =>
        Moment.TryParse(value, out Moment moment) && (value.Length == 10) == !name.IsWord("TIMESTAMP")
        || (name.IsWord("INTERVAL") && Moment.TryParse(value, out moment))
            ? moment
            : throw new Cql2Exception($"'{value}' at place {name.Start + 1} is no {(name.IsWord("DATE") ? "day like 2010-07-01" : "moment like 2010-07-01T12:00:00Z")}");

    private GeometryLiteral Box(Cql2Token name)
    {
        var numbers = new List<double>();
        do
        {
            bool negative = Take("-");
            Cql2Token token = Take();
            if (token.Kind != Cql2TokenKind.Number)
            {
                next--;
                throw Unexpected("a number");
            }

            numbers.Add(negative ? -token.Number : token.Number);
        }
        while (Take(","));
        Expect(")");
        int half = numbers.Count / 2;
        if (numbers.Count is not 4 and not 6 || numbers[1] > numbers[half + 1])
        {
            throw new Cql2Exception($"BBOX at place {name.Start + 1} takes west, south, east, north, and heights between them where there are six numbers");
        }

        return new GeometryLiteral(BoxGeometry(numbers[0], numbers[1], numbers[half], numbers[half + 1]));
    }

    /// <summary>A rectangle; two where it crosses the antimeridian.</summary>
    internal static Geometry BoxGeometry(double west, double south, double east, double north)
    {
        GeometryFactory factory = GeometryFactory.Default;
        if (west <= east)
        {
            return factory.ToGeometry(new Envelope(west, east, south, north));
        }

        return factory.BuildGeometry([factory.ToGeometry(new Envelope(west, 180, south, north)), factory.ToGeometry(new Envelope(-180, east, south, north))]);
    }

    private bool IsShape() => Current.Is("(") || ((Current.IsWord("Z") || Current.IsWord("M") || Current.IsWord("ZM")) && tokens[next + 1].Is("(")) || Current.IsWord("EMPTY");

    private GeometryLiteral Shape(Cql2Token name)
    {
        int open = 0;
        if (!Current.IsWord("EMPTY"))
        {
            if (!Current.Is("("))
            {
                next++;
            }

            do
            {
                open += Current.Is("(") ? 1 : Current.Is(")") ? -1 : 0;
                if (Current.Kind == Cql2TokenKind.End || open > DeepestNesting)
                {
                    throw Unexpected("a closing parenthesis");
                }

                next++;
            }
            while (open > 0);
        }
        else
        {
            next++;
        }

        string wkt = text[name.Start..Current.Start];
        try
        {
            return new GeometryLiteral(new WKTReader().Read(wkt));
        }
        catch (Exception e) when (e is ParseException or ArgumentException or IndexOutOfRangeException or InvalidOperationException or FormatException)
        {
            throw new Cql2Exception($"{name.Value} at place {name.Start + 1} is no well-known text of a geometry: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
    }

    private List<Cql2Expression> List(Func<Cql2Expression> item)
    {
        var items = new List<Cql2Expression> { item() };
        while (Take(","))
        {
            items.Add(item());
        }

        Expect(")");
        return items;
    }

    private void Deeper()
    {
        if (++depth > DeepestNesting)
        {
            throw new Cql2Exception($"parentheses stand more than {DeepestNesting} deep in one another; write the filter flatter");
        }
    }

    private Cql2Token Take() => tokens[Math.Min(next++, tokens.Count - 1)];

    private bool Take(string sign)
    {
        bool found = Current.Is(sign);
        next += found ? 1 : 0;
        return found;
    }

    private bool TakeWord(string word)
    {
        bool found = Current.IsWord(word);
        next += found ? 1 : 0;
        return found;
    }

    private void Expect(string sign)
    {
        if (!Take(sign))
        {
            throw Unexpected($"'{sign}'");
        }
    }

    private void ExpectWord(string word)
    {
        if (!TakeWord(word))
        {
            throw Unexpected(word);
        }
    }

    private Cql2Exception Unexpected(string wanted) => new(Current.Kind == Cql2TokenKind.End
        ? $"the filter ends where {wanted} should follow"
        : $"'{Current.Value}' at place {Current.Start + 1} stands where {wanted} should be");
}
