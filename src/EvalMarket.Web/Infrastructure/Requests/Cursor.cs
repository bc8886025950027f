using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace EvalMarket.Web.Infrastructure.Requests;

/// <summary>
/// Where a page of a list ended, as text that says nothing to its reader: base64url of four checksum bytes and a JSON array of the
/// last row's sort keys. The checksum catches cursors that were cut or edited; it keeps no secret, and a cursor grants nothing.
/// </summary>
public static class Cursor
{
    private const int ChecksumLength = 4;

    private const int LongestText = 4000;

    public static string Encode(params IReadOnlyList<string> values)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(values, WireJson.Default.IReadOnlyListString);
        return Base64Url.EncodeToString([.. SHA256.HashData(json).AsSpan(0, ChecksumLength), .. json]);
    }

    public static bool TryDecode(string text, int parts, [NotNullWhen(true)] out IReadOnlyList<string>? values)
    {
        values = null;
        if (text.Length > LongestText || !Base64Url.IsValid(text))
            return false;

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= ChecksumLength || !SHA256.HashData(bytes.AsSpan(ChecksumLength)).AsSpan(0, ChecksumLength).SequenceEqual(bytes.AsSpan(0, ChecksumLength)))
            return false;

        try
        {
            values = JsonSerializer.Deserialize(bytes.AsSpan(ChecksumLength), WireJson.Default.IReadOnlyListString);
        }
        catch (JsonException)
        {
            return false;
        }

        return values is not null && values.Count == parts && values.All(value => value is not null);
    }
}
