using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EvalMarket.Core.Storage;

/// <summary>A file in the folder of a log, by its name.</summary>
/// <param name="First">The first sequence that it holds.</param>
/// <param name="Last">The last one.</param>
internal readonly record struct AppendLogFile(long First, long Last, AppendLogFileKind Kind, BlobPath Path, long Length)
{
    private static ReadOnlySpan<byte> MarkerStart => "{\"sequence\":"u8;

    public static bool TryParse(BlobInfo blob, string foldPrefix, string extension, out AppendLogFile file)
    {
        file = default;
        var name = blob.Path.Name;
        if (!name.EndsWith(extension, StringComparison.Ordinal))
            return false;
        name = name[..^extension.Length];
        if (!name.StartsWith(foldPrefix, StringComparison.Ordinal))
            return Make(name, name, AppendLogFileKind.Log, out file);
        return name[foldPrefix.Length..].Split('-') switch
        {
            [var last] => Make("0", last, AppendLogFileKind.States, out file),
            [var first, var last] => Make(first, last, AppendLogFileKind.Fold, out file),
            _ => false,
        };

        bool Make(string first, string last, AppendLogFileKind kind, out AppendLogFile made)
        {
            var isNumbered = long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                & long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to);
            made = new AppendLogFile(from, to, kind, blob.Path, blob.Length);
            return isNumbered;
        }
    }

    /// <summary>The files that count, in order: what another file holds too was left by a crash before it was removed.</summary>
    public static List<AppendLogFile> Cover(IEnumerable<AppendLogFile> files)
    {
        var covered = -1L;
        var cover = new List<AppendLogFile>();
        foreach (var file in files.OrderBy(file => file.First).ThenByDescending(file => file.Last).ThenByDescending(file => file.Kind))
        {
            if (file.Last <= covered)
                continue;
            cover.Add(file);
            covered = file.Last;
        }

        return cover;
    }

    /// <summary>The line that stands before the lines of a sequence in a fold.</summary>
    public static ReadOnlyMemory<byte> WriteMarker(long sequence) => Encoding.UTF8.GetBytes($"{{\"sequence\":{sequence.ToString(CultureInfo.InvariantCulture)}}}");

    public static bool TryReadMarker(ReadOnlySpan<byte> line, out long sequence)
    {
        sequence = 0;
        return line.StartsWith(MarkerStart) && line[^1] == (byte)'}'
            && Utf8Parser.TryParse(line[MarkerStart.Length..], out sequence, out var read) && MarkerStart.Length + read == line.Length - 1;
    }
}

/// <summary>What a file of a log holds.</summary>
internal enum AppendLogFileKind
{
    /// <summary>The lines of one request.</summary>
    Log,

    /// <summary>The lines of many, each under its sequence.</summary>
    Fold,

    /// <summary>From an earlier version: the states to which all logs up to a sequence came.</summary>
    States,
}
