namespace IrrigationWatch;

/// <summary>The word that was probably meant by one that is not known.</summary>
public static class NearestWord
{
    /// <summary>Finds the known word nearest to one that is not known.</summary>
    /// <param name="word">The word.</param>
    /// <param name="known">The known words; of several equally near the first is taken.</param>
    /// <returns>The nearest one; null where none is so near that it can be meant.</returns>
    public static string? Find(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(known);
        string? nearest = null;
        int least = int.MaxValue;
        string plain = Plain(word);
        foreach (string candidate in known)
        {
            string other = Plain(candidate);
            // One letter in three may be wrong, and one at least must be right.
            int most = Math.Min(Math.Max(1, Math.Max(plain.Length, other.Length) / 3), Math.Min(plain.Length, other.Length) - 1);
            int distance = Distance(plain, other);
            if (distance <= most && distance < least)
            {
                least = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    private static string Plain(string word) => word.ToLowerInvariant().Replace('_', '-');

    /// <summary>Letters to put in, take out, change, or swap with their neighbour (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        int[,] steps = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    steps[i, j] = i + j;
                    continue;
                }

                int change = steps[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                steps[i, j] = Math.Min(change, 1 + Math.Min(steps[i - 1, j], steps[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
                }
            }
        }

        return steps[a.Length, b.Length];
    }
}
