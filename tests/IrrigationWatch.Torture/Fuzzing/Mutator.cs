using System.Buffers.Binary;
using System.Text;

namespace IrrigationWatch.Torture.Fuzzing;

/// <summary>Changes bytes at random, as files are changed by bad disks, bad programs and bad people.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "", "0", "-1", "NaN", "Infinity", "-Infinity", "1e999", "1e-999", "99999999999999999999", "2147483648", "-2147483649", "null", "true", "[]", "{}", "\"\"", "''", "\\", "\0", "\r\n", "\t",
            "\uFEFF", "\uD7FF", "é", "../../etc/passwd", "/dev/zero", "http://127.0.0.1/", "/vsicurl/", "&a;", "<!DOCTYPE a [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", "<![CDATA[", "-->",
            "GROUP = ", "END_GROUP = ", "END", " = ", "1984-02-30", "2024-02-29", "0000-00-00", "9999-12-31", "24:00:00", "&a", "*a", "<<: ", "!!int", "? ", "- - - - -", "|", ">",
            "((((((((((((((((((((((((((((((((", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":", " AND ", " OR ", "NOT ", " IN (", " BETWEEN ", " LIKE '%", "S_INTERSECTS(", "POLYGON((", "DATE('", "'",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF], [0x00, 0x00, 0x00, 0x80],
    ];

    /// <summary>Changes an input in one to eight places.</summary>
    /// <param name="input">The input.</param>
    /// <param name="other">Another, of which parts may be taken.</param>
    /// <param name="most">Bytes that the result may have at most.</param>
    internal byte[] Mutate(byte[] input, byte[] other, int most)
    {
        var bytes = new List<byte>(input);
        for (int i = 1 << random.Next(4); i > 0; i--)
        {
            Change(bytes, other);
        }

        return bytes.Count <= most ? [.. bytes] : [.. bytes.Take(most)];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(bytes.Count - at, 1 << random.Next(9));
        switch (random.Next(10))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.InsertRange(at, Words[random.Next(Words.Length)]);
                break;
            case 5:
                byte[] word = Words[random.Next(Words.Length)];
                bytes.RemoveRange(at, Math.Min(word.Length, bytes.Count - at));
                bytes.InsertRange(at, word);
                break;
            case 6 when other.Length > 0:
                int from = random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 1 << random.Next(9))).ToArray());
                break;
            case 7 when at + 4 <= bytes.Count:
                byte[] number = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(number, random.Next(5) switch { 0 => 0, 1 => -1, 2 => int.MaxValue, 3 => 1 << random.Next(31), _ => random.Next() });
                for (int i = 0; i < 4; i++)
                {
                    bytes[at + i] = number[i];
                }

                break;
            case 8 when random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 9 when length > 0 && random.Next(8) == 0:
                // What is nested deeply, or said very often.
                List<byte> part = bytes.GetRange(at, Math.Min(length, 16));
                for (int i = random.Next(2000); i > 0; i--)
                {
                    bytes.InsertRange(at, part);
                }

                break;
            default:
                break;
        }
    }
}
