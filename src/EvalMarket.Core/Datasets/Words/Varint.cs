using System.Buffers;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>Whole numbers of zero or more as LEB128: seven bits a byte, the lowest first, the top bit says that more follow.</summary>
internal static class Varint
{
    public static void Write(IBufferWriter<byte> output, int number)
    {
        var span = output.GetSpan(5);
        var length = 0;
        for (var rest = (uint)number; ; rest >>= 7)
        {
            span[length++] = (byte)(rest > 127 ? rest | 128 : rest);
            if (rest <= 127)
            {
                break;
            }
        }

        output.Advance(length);
    }

    /// <summary>Reads a number and moves behind it.</summary>
    public static int Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            number |= (b & 127) << shift;
            if (b < 128)
            {
                return number;
            }
        }
    }

    /// <summary>The same; false when the bytes end before the number does.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out int number)
    {
        for (var i = at; i < bytes.Length; i++)
        {
            if (bytes[i] < 128)
            {
                number = Read(bytes, ref at);
                return true;
            }
        }

        number = 0;
        return false;
    }
}
