namespace IrrigationWatch.Areas;

/// <summary>A line that may bend at a few years, fitted by least squares.</summary>
/// <param name="Breaks">Years at which it bends, none to two.</param>
/// <param name="Slopes">Slope a year of each piece.</param>
/// <param name="Bic">Bayesian information criterion, n ln(RSS/n) + k ln n with k the slopes, the intercept and the breaks: Schwarz 1978, Annals of Statistics 6, 461–464.</param>
public sealed record PiecewiseLine(IReadOnlyList<int> Breaks, IReadOnlyList<double> Slopes, double Bic)
{
    /// <summary>Fewest values of a piece.</summary>
    public const int LeastOfPiece = 4;

    private const int MostBreaks = 2;

    /// <summary>Fits continuous lines with no, one and two breaks at the years of values, and takes that of the smallest BIC.</summary>
    /// <param name="years">The years, rising.</param>
    /// <param name="values">A value a year.</param>
    /// <returns>The line; null for less than four values.</returns>
    public static PiecewiseLine? Fit(IReadOnlyList<int> years, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(years);
        ArgumentNullException.ThrowIfNull(values);
        PiecewiseLine? best = null;
        foreach (int[] breaks in Choices(years))
        {
            if (Solve(years, values, breaks) is PiecewiseLine line && (best is null || line.Bic < best.Bic))
            {
                best = line;
            }
        }

        return best;
    }

    /// <summary>No break, then one, then two, each piece with enough values on both sides.</summary>
    private static IEnumerable<int[]> Choices(IReadOnlyList<int> years)
    {
        if (years.Count < LeastOfPiece)
        {
            yield break;
        }

        yield return [];
        for (int i = LeastOfPiece - 1; i + LeastOfPiece <= years.Count && MostBreaks > 0; i++)
        {
            yield return [years[i]];
            for (int j = i + LeastOfPiece - 1; j + LeastOfPiece <= years.Count; j++)
            {
                yield return [years[i], years[j]];
            }
        }
    }

    /// <summary>Least squares on 1, t, max(0, t − b₁), max(0, t − b₂) by the normal equations.</summary>
    private static PiecewiseLine? Solve(IReadOnlyList<int> years, IReadOnlyList<double> values, int[] breaks)
    {
        int n = years.Count;
        int terms = 2 + breaks.Length;
        double middle = years.Average();
        double mean = values.Average();
        double[][] rows = [.. years.Select(year => (double[])[1, year - middle, .. breaks.Select(b => (double)Math.Max(0, year - b))])];
        double[,] matrix = new double[terms, terms + 1];
        for (int i = 0; i < n; i++)
        {
            for (int r = 0; r < terms; r++)
            {
                for (int c = 0; c < terms; c++)
                {
                    matrix[r, c] += rows[i][r] * rows[i][c];
                }

                matrix[r, terms] += rows[i][r] * (values[i] - mean);
            }
        }

        if (!Eliminate(matrix, terms))
        {
            return null;
        }

        double residuals = 0;
        for (int i = 0; i < n; i++)
        {
            double fitted = mean;
            for (int r = 0; r < terms; r++)
            {
                fitted += matrix[r, terms] * rows[i][r];
            }

            residuals += (values[i] - fitted) * (values[i] - fitted);
        }

        // A perfect fit has no logarithm: less than rounding is no difference.
        double smallest = 1e-20 * (1 + values.Sum(value => value * value));
        double bic = n * Math.Log(Math.Max(residuals, smallest) / n) + (terms + breaks.Length) * Math.Log(n);
        var slopes = new List<double>();
        for (int piece = 0; piece <= breaks.Length; piece++)
        {
            slopes.Add((piece == 0 ? 0 : slopes[^1]) + matrix[1 + piece, terms]);
        }

        return new PiecewiseLine(breaks, slopes, bic);
    }

    /// <summary>Gauss–Jordan elimination with pivots; false where the matrix is singular.</summary>
    private static bool Eliminate(double[,] matrix, int size)
    {
        for (int column = 0; column < size; column++)
        {
            int pivot = Enumerable.Range(column, size - column).MaxBy(row => Math.Abs(matrix[row, column]));
            if (Math.Abs(matrix[pivot, column]) < 1e-12)
            {
                return false;
            }

            for (int c = 0; c <= size; c++)
            {
                (matrix[column, c], matrix[pivot, c]) = (matrix[pivot, c], matrix[column, c]);
            }

            for (int row = 0; row < size; row++)
            {
                double factor = row == column ? 0 : matrix[row, column] / matrix[column, column];
                for (int c = column; c <= size && factor != 0; c++)
                {
                    matrix[row, c] -= factor * matrix[column, c];
                }
            }
        }

        for (int row = 0; row < size; row++)
        {
            matrix[row, size] /= matrix[row, row];
        }

        return true;
    }
}
