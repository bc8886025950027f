using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EvalMarket.Core.Storage;

/// <summary>
/// Where a blob lies, relative to the root of the store: <c>w/acme/chunks/ab/abcd….jsonl.gz</c>.
/// Always a path that is safe to join to a folder on disk and to use as an object key.
/// </summary>
/// <remarks>
/// Segments of <c>[A-Za-z0-9._-]</c>, joined by <c>/</c>, at most <see cref="MaxSegment"/> characters each and <see cref="MaxLength"/> together.
/// A segment neither begins nor ends with a dot: that rules out <c>.</c> and <c>..</c>, leaves names with a leading dot to the store itself, and means the same file on Windows.
/// </remarks>
[JsonConverter(typeof(BlobPathJsonConverter))]
public readonly record struct BlobPath
{
    /// <summary>NAME_MAX of every common file system.</summary>
    public const int MaxSegment = 255;

    /// <summary>The longest object key that S3 takes.</summary>
    public const int MaxLength = 1024;

    private readonly string? value;

    private BlobPath(string value) => this.value = value;

    /// <summary>The whole path, with <c>/</c> between segments and none at either end.</summary>
    public string Value => value ?? throw new InvalidOperationException("A default BlobPath names nothing.");

    /// <summary>The last segment.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Joins one more segment, or several.</summary>
    /// <exception cref="FormatException">The segment is not a valid path.</exception>
    public static BlobPath operator /(BlobPath folder, string segment) => Parse($"{folder.Value}/{segment}");

    /// <summary>Reads a path that has to be valid.</summary>
    /// <exception cref="FormatException">The text is not a valid path.</exception>
    public static BlobPath Parse(string text) =>
        TryParse(text, out var path) ? path : throw new FormatException($"'{text}' is not a blob path: segments of letters, digits, '.', '_' and '-', joined by '/'.");

    /// <summary>Reads a path; false when it is not valid.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlobPath path)
    {
        path = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
            return false;
        foreach (var range in text.AsSpan().Split('/'))
        {
            if (!IsSegment(text.AsSpan(range)))
                return false;
        }
        path = new BlobPath(text);
        return true;
    }

    public override string ToString() => Value;

    internal static bool IsSegment(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty || segment.Length > MaxSegment || segment[0] == '.' || segment[^1] == '.')
            return false;
        foreach (var c in segment)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                return false;
        }
        return true;
    }
}
