namespace IrrigationWatch.Areas;

/// <summary>Counts over years for 64 pixels at once: each count is spread over words, one for each of its binary digits.</summary>
internal sealed class BitCounter(int words)
{
    private const int Digits = 9;

    private readonly ulong[] balance = new ulong[words * Digits];

    /// <summary>Irrigated where it was in more than half of the years in which it was observed.</summary>
    internal void MostOf(ClassBits[] years, int row, Span<ulong> irrigated, Span<ulong> observed)
    {
        observed.Clear();
        if (years.Length == 1)
        {
            years[0].Counted(row).CopyTo(irrigated);
            years[0].Observed(row).CopyTo(observed);
            return;
        }

        // Twos' complement: +1 for irrigated, −1 for observed and not; above 0 in the end is more than half.
        Span<ulong> digits = balance;
        digits.Clear();
        foreach (ClassBits year in years)
        {
            Span<ulong> counted = year.Counted(row);
            Span<ulong> seen = year.Observed(row);
            for (int word = 0; word < words; word++)
            {
                observed[word] |= seen[word];
                ulong minus = seen[word] & ~counted[word];
                // Adding −1 is adding a one in every digit.
                Add(digits.Slice(word * Digits, Digits), counted[word] | minus, minus);
            }
        }

        for (int word = 0; word < words; word++)
        {
            ulong any = 0;
            for (int digit = 0; digit < Digits; digit++)
            {
                any |= digits[word * Digits + digit];
            }

            irrigated[word] = any & ~digits[word * Digits + Digits - 1];
        }
    }

    /// <summary>In how many years pixels were irrigated, or observed.</summary>
    internal void Counts(ClassBits[] years, int row, bool irrigated, Span<byte> counts)
    {
        Span<ulong> digits = balance;
        digits.Clear();
        foreach (ClassBits year in years)
        {
            Span<ulong> bits = irrigated ? year.Counted(row) : year.Observed(row);
            for (int word = 0; word < words; word++)
            {
                Add(digits.Slice(word * Digits, Digits), bits[word], 0);
            }
        }

        for (int x = 0; x < counts.Length; x++)
        {
            int count = 0;
            for (int digit = 0; digit < 8; digit++)
            {
                count |= (int)((digits[x / 64 * Digits + digit] >> (x % 64)) & 1) << digit;
            }

            counts[x] = (byte)count;
        }
    }

    private static void Add(Span<ulong> number, ulong lowest, ulong others)
    {
        ulong carry = 0;
        for (int digit = 0; digit < number.Length && (digit == 0 || (carry | others) != 0); digit++)
        {
            ulong here = number[digit];
            ulong add = digit == 0 ? lowest : others;
            number[digit] = here ^ add ^ carry;
            carry = (here & add) | (here & carry) | (add & carry);
        }
    }
}
