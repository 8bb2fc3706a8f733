namespace IrrigationWatch.Server.Collections;

/// <summary>What a property of features holds.</summary>
internal enum ColumnType
{
    /// <summary>Whole numbers.</summary>
    Integer,

    /// <summary>Numbers.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Days or moments, as text after RFC 3339.</summary>
    Time,

    /// <summary>True or false.</summary>
    Flag,
}

/// <summary>A property of all features of a collection, row by row, in few bytes: numbers as they are, each text once.</summary>
internal sealed class FeatureColumn
{
    private readonly List<double> numbers = [];
    private readonly List<int> codes = [];
    private readonly List<string> texts = [];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);
    private bool hasText;
    private bool hasNumber;
    private bool hasFlag;
    private bool isWhole = true;
    private int count;
    private double[] packedNumbers = [];
    private int[] packedCodes = [];

    internal FeatureColumn(string name)
    {
        Name = name;
    }

    /// <summary>The property's name.</summary>
    internal string Name { get; }

    /// <summary>What it holds; text where it holds several kinds.</summary>
    internal ColumnType Type { get; private set; }

    /// <summary>All texts that occur.</summary>
    internal IReadOnlyList<string> Texts => texts;

    /// <summary>The number of a row, 1 and 0 for true and false; NaN where there is none.</summary>
    internal double Number(int row) => packedNumbers.Length switch { 0 => double.NaN, 1 => packedNumbers[0], _ => packedNumbers[row] };

    /// <summary>The text of a row; null where there is none.</summary>
    internal string? Text(int row) => (packedCodes.Length switch { 0 => -1, 1 => packedCodes[0], _ => packedCodes[row] }) is int code and >= 0 ? texts[code] : null;

    /// <summary>Smallest and largest number; NaN where there is none.</summary>
    internal (double Low, double High) Range()
    {
        double low = double.NaN;
        double high = double.NaN;
        foreach (double number in packedNumbers)
        {
            // Comparisons with NaN are false: the first number takes its place.
            low = number >= low ? low : double.IsNaN(number) ? low : number;
            high = number <= high ? high : double.IsNaN(number) ? high : number;
        }

        return (low, high);
    }

    internal void Add(int row, double number)
    {
        hasNumber = true;
        isWhole &= number == Math.Floor(number);
        FillTo(row);
        Put(row, number, -1);
    }

    internal void Add(int row, bool flag)
    {
        hasFlag = true;
        FillTo(row);
        Put(row, flag ? 1 : 0, -1);
    }

    internal void Add(int row, string text)
    {
        hasText = true;
        FillTo(row);
        if (!known.TryGetValue(text, out int code))
        {
            code = texts.Count;
            texts.Add(text);
            known.Add(text, code);
        }

        Put(row, double.NaN, code);
    }

    /// <summary>Ends the filling; a column of one and the same value keeps it once.</summary>
    internal void Finish(int rows)
    {
        FillTo(rows);
        packedNumbers = hasNumber || hasFlag ? Pack(numbers) : [];
        packedCodes = hasText ? Pack(codes) : [];
        Type = hasText
            ? !hasNumber && !hasFlag && texts.TrueForAll(text => Moment.TryParse(text, out _)) ? ColumnType.Time : ColumnType.Text
            : hasFlag ? ColumnType.Flag : hasNumber && isWhole ? ColumnType.Integer : hasNumber ? ColumnType.Number : ColumnType.Text;
        numbers.Clear();
        numbers.TrimExcess();
        codes.Clear();
        codes.TrimExcess();
        known.Clear();
        known.TrimExcess();
    }

    private static T[] Pack<T>(List<T> values) => values.Count > 0 && values.TrueForAll(value => EqualityComparer<T>.Default.Equals(value, values[0])) ? [values[0]] : [.. values];

    private void FillTo(int row)
    {
        while (count < row)
        {
            Put(count, double.NaN, -1);
        }
    }

    /// <summary>Adds a value; of a property that a feature has twice the first counts.</summary>
    private void Put(int row, double number, int code)
    {
        if (count > row)
        {
            return;
        }

        numbers.Add(number);
        codes.Add(code);
        count++;
    }
}
