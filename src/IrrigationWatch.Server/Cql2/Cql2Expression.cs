using IrrigationWatch.Server.Collections;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Cql2;

/// <summary>An expression of the Common Query Language (CQL2, OGC 21-065r2), as it was written.</summary>
internal abstract record Cql2Expression;

/// <summary>Text in quotes.</summary>
internal sealed record TextLiteral(string Value) : Cql2Expression;

/// <summary>A number.</summary>
internal sealed record NumberLiteral(double Value) : Cql2Expression;

/// <summary>TRUE or FALSE.</summary>
internal sealed record FlagLiteral(bool Value) : Cql2Expression;

/// <summary>DATE('…'), TIMESTAMP('…') or INTERVAL of literals.</summary>
internal sealed record TimeLiteral(Moment Value) : Cql2Expression;

/// <summary>INTERVAL(a, b) where an end is a property.</summary>
internal sealed record IntervalExpression(Cql2Expression Start, Cql2Expression End) : Cql2Expression;

/// <summary>An open end of an interval.</summary>
internal sealed record OpenEnd : Cql2Expression;

/// <summary>Well-known text, or BBOX(…).</summary>
internal sealed record GeometryLiteral(Geometry Value) : Cql2Expression;

/// <summary>(a, b, c).</summary>
internal sealed record ArrayLiteral(IReadOnlyList<Cql2Expression> Items) : Cql2Expression;

/// <summary>The name of a property.</summary>
internal sealed record PropertyName(string Name) : Cql2Expression;

/// <summary>AND or OR.</summary>
internal sealed record LogicalExpression(bool IsAnd, IReadOnlyList<Cql2Expression> Terms) : Cql2Expression;

/// <summary>NOT.</summary>
internal sealed record NotExpression(Cql2Expression Operand) : Cql2Expression;

/// <summary>=, &lt;&gt;, &lt;, &gt;, &lt;=, &gt;=.</summary>
internal sealed record Comparison(string Operator, Cql2Expression Left, Cql2Expression Right) : Cql2Expression;

/// <summary>LIKE.</summary>
internal sealed record LikeExpression(Cql2Expression Operand, Cql2Expression Pattern) : Cql2Expression;

/// <summary>BETWEEN.</summary>
internal sealed record BetweenExpression(Cql2Expression Operand, Cql2Expression Low, Cql2Expression High) : Cql2Expression;

/// <summary>IN.</summary>
internal sealed record InExpression(Cql2Expression Operand, IReadOnlyList<Cql2Expression> Items) : Cql2Expression;

/// <summary>IS NULL.</summary>
internal sealed record NullExpression(Cql2Expression Operand) : Cql2Expression;

/// <summary>+, −, *, /, %, div, ^.</summary>
internal sealed record Arithmetic(string Operator, Cql2Expression Left, Cql2Expression Right) : Cql2Expression;

/// <summary>A name with operands in parentheses: S_…, T_… and A_… predicates, CASEI, ACCENTI, and functions.</summary>
internal sealed record FunctionCall(string Name, IReadOnlyList<Cql2Expression> Operands) : Cql2Expression;
