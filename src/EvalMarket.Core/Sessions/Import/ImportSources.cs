using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>Something in an upload that is read from its start to its end: a file, an entry of an archive, or files that belong together.</summary>
/// <param name="Name">Null for the body of an API request.</param>
/// <param name="Bytes">As they are read.</param>
/// <param name="Format">Wire name of the format; null when no reader takes it.</param>
/// <param name="Reason">Why it was taken for that, or why it is left out.</param>
/// <param name="ReadAsync">Gives its sessions and errors. What is refused gives its reason as an error, what is only passed over gives nothing.</param>
internal sealed record ImportSource(string? Name, long Bytes, string? Format, string? Reason, Func<CancellationToken, IAsyncEnumerable<TranscriptRecord>> ReadAsync)
{
    /// <summary>How many files it consists of.</summary>
    public int Files { get; init; } = 1;

    /// <summary>No reader takes it, and that is no mistake: the pictures of an export.</summary>
    public bool IsPassedOver { get; init; }
}

/// <summary>How far an import has come.</summary>
/// <param name="Source">Index of the source in the order of the upload.</param>
/// <param name="Records">Of it that have been taken.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ImportPosition(int Source, long Records);

/// <summary>A record with the place where it stands.</summary>
/// <param name="File">Named in errors that name none themselves.</param>
/// <param name="Position">With this record taken.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ImportRecord(TranscriptRecord Record, string? File, ImportPosition Position);

/// <summary>Finds what there is to read in the files of an upload, always in the same order.</summary>
internal static class ImportSources
{
    /// <summary>Of transcripts.</summary>
    public static async IAsyncEnumerable<ImportSource> FindAsync(
        IReadOnlyList<UploadedFile> files, string? format, Limits limits, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new UploadBounds
        {
            Entries = limits.UploadFiles,
            Bytes = limits.UnpackedBytes,
            Ratio = limits.UnpackedRatio,
            MaxLineBytes = limits.LineBytes,
            MaxSessionBytes = limits.SessionBytes,
        };
        await foreach (var source in TranscriptSources.FindAsync(files, format, bounds, cancellationToken))
        {
            yield return new ImportSource(source.Name, source.Bytes, source.Reader?.Format, source.Reason, source.ReadAsync)
            {
                Files = source.Files,
                IsPassedOver = source.IsPassedOver,
            };
        }
    }

    /// <summary>Of files that wait in the store.</summary>
    public static IAsyncEnumerable<ImportSource> FindAsync(
        ImportOrder order, StagedUpload upload, ImportStaging staging, Limits limits, ReadMeter meter, CancellationToken cancellationToken)
    {
        if (order.Kind == SessionUploadKind.Transcript)
        {
            return FindAsync(
                [.. upload.Files.Select(file => new UploadedFile(file.Name, file.Bytes, async token => meter.Measure(await staging.OpenAsync(file, token))))],
                order.Format,
                limits,
                cancellationToken);
        }

        return upload.Files.Select(file => new ImportSource(null, file.Bytes, null, null, token => ReadJsonAsync(file, token))).ToAsyncEnumerable();

        async IAsyncEnumerable<TranscriptRecord> ReadJsonAsync(StagedFile file, [EnumeratorCancellation] CancellationToken token)
        {
            await using var content = meter.Measure(await staging.OpenAsync(file, token));
            await foreach (var record in SessionUpload.ReadAsync(order.Kind, content, file.Bytes, limits, token))
            {
                yield return record;
            }
        }
    }

    /// <summary>The same, telling the meter where the reading stands.</summary>
    public static async IAsyncEnumerable<ImportSource> MeteredAsync(
        IAsyncEnumerable<ImportSource> sources, ReadMeter meter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var source in sources.WithCancellation(cancellationToken))
        {
            meter.Begin(source.Bytes);
            yield return source;
        }
    }

    /// <summary>The records of all sources, one after the other.</summary>
    /// <param name="sources">In their order.</param>
    /// <param name="from">What was taken already is passed over.</param>
    /// <param name="withRefused">Whether what no reader takes is an error of the import; else it is passed over.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async IAsyncEnumerable<ImportRecord> ReadAsync(
        IAsyncEnumerable<ImportSource> sources, ImportPosition from, bool withRefused, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = -1;
        await foreach (var source in sources.WithCancellation(cancellationToken))
        {
            index++;
            if (index < from.Source || (source is { Name: not null, Format: null } && !withRefused))
            {
                continue;
            }

            var taken = index == from.Source ? from.Records : 0;
            var count = 0L;
            await foreach (var record in source.ReadAsync(cancellationToken))
            {
                if (++count > taken)
                {
                    yield return new ImportRecord(record, source.Name, new ImportPosition(index, count));
                }
            }
        }
    }
}
