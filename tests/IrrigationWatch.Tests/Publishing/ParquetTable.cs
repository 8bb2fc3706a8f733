using Parquet;
using Parquet.Schema;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>All columns of a Parquet file, by Parquet.Net's own reader; null where a value is missing.</summary>
internal static class ParquetTable
{
    internal static async Task<Dictionary<string, object?[]>> ReadAsync(ParquetReader reader)
    {
        var columns = new Dictionary<string, object?[]>(StringComparer.Ordinal);
        for (int number = 0; number < reader.RowGroupCount; number++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(number);
            foreach (DataField field in reader.Schema.GetDataFields())
            {
                string name = string.Join('/', field.Path.ToList());
                columns[name] = [.. columns.GetValueOrDefault(name, []), .. await ReadAsync(group, field)];
            }
        }

        return columns;
    }

    private static async Task<IEnumerable<object?>> ReadAsync(ParquetRowGroupReader group, DataField field)
    {
        if (field.ClrType == typeof(ReadOnlyMemory<char>))
        {
            string[] texts = new string[group.RowCount];
            await group.ReadAsync(field, texts);
            return texts;
        }

        if (field.ClrType == typeof(ReadOnlyMemory<byte>))
        {
            byte[][] bytes = new byte[group.RowCount][];
            await group.ReadAsync(field, bytes);
            return bytes;
        }

        if (field.ClrType == typeof(int))
        {
            int[] numbers = new int[group.RowCount];
            await group.ReadAsync<int>(field, numbers);
            return numbers.Cast<object?>();
        }

        if (field.MaxDefinitionLevel > 0)
        {
            double?[] some = new double?[group.RowCount];
            await group.ReadAsync<double>(field, some.AsMemory());
            return some.Cast<object?>();
        }

        double[] values = new double[group.RowCount];
        await group.ReadAsync<double>(field, values.AsMemory());
        return values.Cast<object?>();
    }
}
