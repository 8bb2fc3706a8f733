using System.Globalization;
using System.Text;

namespace IrrigationWatch.Server.Cql2;

/// <summary>Kinds of tokens.</summary>
internal enum Cql2TokenKind
{
    /// <summary>A word: a keyword, a function or a property.</summary>
    Word,

    /// <summary>A property's name in double quotes.</summary>
    Quoted,

    /// <summary>Text in single quotes.</summary>
    Text,

    /// <summary>A number without a sign.</summary>
    Number,

    /// <summary>An operator or a sign of punctuation.</summary>
    Sign,

    /// <summary>The end.</summary>
    End,
}

/// <summary>A piece of a filter.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its text without quotes.</param>
/// <param name="Start">Where it begins, from 0.</param>
/// <param name="Number">Its value where it is a number.</param>
internal readonly record struct Cql2Token(Cql2TokenKind Kind, string Value, int Start, double Number = 0)
{
    /// <summary>Whether it is a sign.</summary>
    internal bool Is(string sign) => Kind == Cql2TokenKind.Sign && Value == sign;

    /// <summary>Whether it is a keyword, in capitals or not.</summary>
    internal bool IsWord(string word) => Kind == Cql2TokenKind.Word && Value.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Cuts CQL2 text into tokens, after the productions of <c>cql2.bnf</c>.</summary>
internal static class Cql2Lexer
{
    /// <summary>Cuts a filter.</summary>
    /// <exception cref="Cql2Exception">A character belongs nowhere, or a quote is not closed.</exception>
    internal static List<Cql2Token> Read(string text)
    {
        var tokens = new List<Cql2Token>();
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new Cql2Token(Cql2TokenKind.End, "the end", at));
                return tokens;
            }

            tokens.Add(Next(text, ref at));
        }
    }

    private static Cql2Token Next(string text, ref int at)
    {
        int start = at;
        char c = text[at];
        if (c == '\'')
        {
            return new Cql2Token(Cql2TokenKind.Text, Text(text, ref at), start);
        }

        if (c == '"')
        {
            int end = text.IndexOf('"', at + 1);
            string name = end < 0 ? throw new Cql2Exception($"the double quote at place {start + 1} is not closed") : text[(at + 1)..end];
            at = end + 1;
            return new Cql2Token(Cql2TokenKind.Quoted, name, start);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            return Number(text, ref at);
        }

        if (IsStart(text, at, out int size))
        {
            at += size;
            while (at < text.Length && IsPart(text, at, out size))
            {
                at += size;
            }

            return new Cql2Token(Cql2TokenKind.Word, text[start..at], start);
        }

        string sign = at + 1 < text.Length && text.AsSpan(at, 2) is "<>" or "<=" or ">=" ? text.Substring(at, 2) : c.ToString();
        if (sign.Length == 1 && !"=<>()+-*/%^,".Contains(c, StringComparison.Ordinal))
        {
            throw new Cql2Exception($"'{c}' at place {start + 1} is no part of CQL2");
        }

        at += sign.Length;
        return new Cql2Token(Cql2TokenKind.Sign, sign, start);
    }

    private static string Text(string text, ref int at)
    {
        int start = at++;
        var value = new StringBuilder();
        while (at < text.Length)
        {
            char c = text[at++];
            // A quote is written twice, or after a backslash.
            if ((c == '\'' || c == '\\') && at < text.Length && text[at] == '\'')
            {
                value.Append('\'');
                at++;
            }
            else if (c == '\'')
            {
                return value.ToString();
            }
            else
            {
                value.Append(c);
            }
        }

        throw new Cql2Exception($"the quote at place {start + 1} is not closed");
    }

    private static Cql2Token Number(string text, ref int at)
    {
        int start = at;
        Digits(text, ref at);
        if (at < text.Length && text[at] == '.')
        {
            at++;
            Digits(text, ref at);
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            int exponent = at + 1 + (at + 1 < text.Length && text[at + 1] is '+' or '-' ? 1 : 0);
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                at = exponent;
                Digits(text, ref at);
            }
        }

        string number = text[start..at];
        return new Cql2Token(Cql2TokenKind.Number, number, start, double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture));

        static void Digits(string text, ref int at)
        {
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }
        }
    }

    private static bool IsStart(string text, int at, out int size)
    {
        size = 1;
        if (!Rune.TryGetRuneAt(text, at, out Rune rune))
        {
            return false;
        }

        size = rune.Utf16SequenceLength;
        return rune.Value is ':' or '_' or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z')
            or (>= 0xC0 and <= 0xD6) or (>= 0xD8 and <= 0xF6) or (>= 0xF8 and <= 0x2FF) or (>= 0x370 and <= 0x37D) or (>= 0x37F and <= 0x1FFE)
            or (>= 0x200C and <= 0x200D) or (>= 0x2070 and <= 0x218F) or (>= 0x2C00 and <= 0x2FEF) or (>= 0x3001 and <= 0xD7FF)
            or (>= 0xF900 and <= 0xFDCF) or (>= 0xFDF0 and <= 0xFFFD) or (>= 0x10000 and <= 0xEFFFF);
    }

    private static bool IsPart(string text, int at, out int size) =>
        IsStart(text, at, out size) || text[at] is '.' or (>= '0' and <= '9') or (>= '\u0300' and <= '\u036F') or (>= '\u203F' and <= '\u2040');
}
