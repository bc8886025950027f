namespace EvalMarket.Formats.Streams;

/// <summary>
/// The CRC-32 of two texts, one after the other, from the CRC of each: the first is carried over the length of the second by multiplying it with x^(8·length) in GF(2)[x] modulo the polynomial.
/// The powers of x are precomputed, 256 for each byte of a length, so a chunk costs three multiplications.
/// </summary>
public static class Crc32Combination
{
    private const uint ReversedPolynomial = 0xEDB88320;

    /// <summary>The polynomial 1: in the reversed order of bits the highest bit.</summary>
    private const uint One = 0x80000000;

    /// <summary>A length is at most 2^63: eight bytes.</summary>
    private const int LengthBytes = 8;

    private static readonly uint[] Powers = MakePowers();

    /// <summary>The CRC of a text with CRC <paramref name="first"/> followed by one of <paramref name="secondLength"/> bytes with CRC <paramref name="second"/>.</summary>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(secondLength);
        for (var place = 0; secondLength > 0; place++, secondLength >>= 8)
        {
            if ((byte)secondLength is var count and > 0)
            {
                first = Multiply(first, Powers[(place * 256) + count]);
            }
        }

        return first ^ second;
    }

    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (var bit = One; a != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
            {
                product ^= b;
                a &= ~bit;
            }

            b = (b & 1) != 0 ? (b >> 1) ^ ReversedPolynomial : b >> 1;
        }

        return product;
    }

    /// <summary>At <c>place · 256 + count</c>: x^(8 · count · 256^place).</summary>
    private static uint[] MakePowers()
    {
        var powers = new uint[LengthBytes * 256];
        // x^8: one byte.
        var step = One >> 8;
        for (var place = 0; place < LengthBytes; place++)
        {
            var power = One;
            for (var count = 0; count < 256; count++)
            {
                powers[(place * 256) + count] = power;
                power = Multiply(power, step);
            }

            step = power;
        }

        return powers;
    }
}
