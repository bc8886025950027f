using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace EvalMarket.Formats.Ids;

/// <summary>A typed identifier: <c>{prefix}_{26 characters}</c>, the suffix a UUIDv7 in Crockford base32 (TypeID 0.3).</summary>
public interface ITypeId<TSelf>
    where TSelf : struct, ITypeId<TSelf>
{
    /// <summary>The three-letter kind, without the underscore: <c>ses</c>, <c>msg</c>, …</summary>
    static abstract string Prefix { get; }

    /// <summary>The whole identifier, prefix included. Ids compare ordinally, so ids of one kind sort by creation time.</summary>
    string Value { get; }

    /// <summary>Wraps a value that is known to be well formed (it came from us). Use <see cref="TypeId.TryParse{T}"/> for anything from outside.</summary>
    static abstract TSelf FromTrusted(string value);
}

/// <summary>Making and reading TypeIDs.</summary>
public static class TypeId
{
    /// <summary>Length of the part after the underscore.</summary>
    public const int SuffixLength = 26;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> AlphabetCharacters = SearchValues.Create(Alphabet);

    /// <summary>A new id, its time bits taken from <paramref name="at"/>; a UUIDv7 begins in 1970, so what is older has its first moment.</summary>
    public static T New<T>(DateTimeOffset at)
        where T : struct, ITypeId<T> => From<T>(Guid.CreateVersion7(at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at));

    /// <summary>The id of a given UUID.</summary>
    public static T From<T>(Guid uuid)
        where T : struct, ITypeId<T> => T.FromTrusted($"{T.Prefix}_{Encode(uuid)}");

    /// <summary>
    /// A UUIDv7-shaped id that is the same for the same time and seed: ids that have to be stable across re-imports
    /// take their time from the session and their random bits from a hash of what names the thing in its source.
    /// </summary>
    /// <param name="at">The time bits.</param>
    /// <param name="seed">At least 10 bytes of a cryptographic hash.</param>
    public static T Deterministic<T>(DateTimeOffset at, ReadOnlySpan<byte> seed)
        where T : struct, ITypeId<T>
    {
        Span<byte> bytes = stackalloc byte[16];
        var milliseconds = Math.Max(0, at.ToUnixTimeMilliseconds());
        for (var i = 5; i >= 0; i--)
        {
            bytes[i] = (byte)milliseconds;
            milliseconds >>= 8;
        }

        seed[..10].CopyTo(bytes[6..]);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return From<T>(new Guid(bytes, bigEndian: true));
    }

    /// <summary>The time bits of an id, to the millisecond.</summary>
    public static DateTimeOffset TimeOf<T>(T id)
        where T : struct, ITypeId<T> => DateTimeOffset.FromUnixTimeMilliseconds((long)(BitsOf(id) >> 80));

    /// <summary>The 128 bits of an id: where many ids are kept in memory they take a fifth of what their text takes.</summary>
    public static UInt128 BitsOf<T>(T id)
        where T : struct, ITypeId<T>
    {
        UInt128 value = 0;
        foreach (var c in id.Value.AsSpan(T.Prefix.Length + 1))
        {
            value = (value << 5) | (uint)Alphabet.IndexOf(c, StringComparison.Ordinal);
        }

        return value;
    }

    /// <summary>The id of given bits, as <see cref="BitsOf"/> gives them.</summary>
    public static T FromBits<T>(UInt128 bits)
        where T : struct, ITypeId<T>
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return From<T>(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Reads an id of the kind <typeparamref name="T"/>; false for another prefix, another length or another alphabet.</summary>
    public static bool TryParse<T>([NotNullWhen(true)] string? text, out T id)
        where T : struct, ITypeId<T>
    {
        id = default;
        var prefix = T.Prefix;
        if (text is null || text.Length != prefix.Length + 1 + SuffixLength
            || !text.StartsWith(prefix, StringComparison.Ordinal) || text[prefix.Length] != '_')
        {
            return false;
        }

        var suffix = text.AsSpan(prefix.Length + 1);
        // 26 characters of 5 bits hold 130 bits: the first one may only use three of its five.
        if (suffix[0] > '7' || suffix.ContainsAnyExcept(AlphabetCharacters))
        {
            return false;
        }

        id = T.FromTrusted(text);
        return true;
    }

    private static string Encode(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        var value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        Span<char> chars = stackalloc char[SuffixLength];
        for (var i = SuffixLength - 1; i >= 0; i--)
        {
            chars[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }

        return new string(chars);
    }
}
