using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>One element of a file, or the reason why it cannot be read.</summary>
internal sealed record BundleEntry
{
    /// <summary>JSON pointer to it; empty when the file as a whole is meant.</summary>
    public required string Path { get; init; }

    /// <summary>1-based line on which it begins.</summary>
    public required long Line { get; init; }

    /// <summary>0-based byte of that line at which it begins.</summary>
    public required long Column { get; init; }

    /// <summary>Where its bytes are in the file.</summary>
    public long Offset { get; init; }

    public long Length { get; init; }

    public string? Problem { get; init; }

    /// <summary>False when <see cref="Problem"/> is about the syntax.</summary>
    public bool IsJson { get; init; } = true;

    /// <summary>An object; undefined when there is a problem.</summary>
    public JsonElement Element { get; init; }

    /// <summary>Its bytes; valid until the next one is read.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>Characters in it that are none.</summary>
    public int Replaced { get; init; }

    /// <summary>An error at a place in this element.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="path">JSON pointer from the file's root.</param>
    public ContentError At(string file, string path, string message)
    {
        var (line, column) = JsonPlaces.Find(Text.Span, path.AsSpan(Path.Length));
        return new ContentError(message, path, Line + line, file, (line == 0 ? Column : 0) + column + 1);
    }
}
