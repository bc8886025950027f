using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Core.Workspaces;

/// <summary>
/// The text of an API key: <c>emk_</c>, 32 random characters (190 bits), 6 of checksum, all base62. The checksum lets secret
/// scanners tell a key from noise; sign-in never looks at it.
/// </summary>
public static class ApiKeySecret
{
    public const string Prefix = "emk_";

    private const int RandomLength = 32;

    private const int ChecksumLength = 6;

    private const int HintLength = 8;

    /// <summary>Longer ones are refused without a look into the database.</summary>
    private const int MaxLength = 200;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Base62 = SearchValues.Create(Alphabet);

    /// <summary>A new key.</summary>
    public static string New()
    {
        var body = Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return body + Checksum(body);
    }

    /// <summary>Whether the text may be a key: <c>emk_[0-9A-Za-z]{36,}</c>. Says nothing about the checksum.</summary>
    public static bool IsWellFormed([NotNullWhen(true)] string? text) =>
        text is not null && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Length >= Prefix.Length + 36 && text.Length <= MaxLength
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Base62);

    /// <summary>What is stored: SHA-256, lower-case hex.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The beginning, so that people can tell keys apart.</summary>
    public static string Hint(string secret) => secret[..HintLength] + "…";

    /// <summary>CRC-32 of prefix and random part, base62, padded with zeros.</summary>
    public static string Checksum(string body)
    {
        var crc = Crc32.Append(0, Encoding.ASCII.GetBytes(body));
        Span<char> checksum = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--)
        {
            checksum[i] = Alphabet[(int)(crc % (uint)Alphabet.Length)];
            crc /= (uint)Alphabet.Length;
        }

        return new string(checksum);
    }
}
