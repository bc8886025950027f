using System.Buffers;
using System.Runtime.InteropServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Runs;

/// <summary>
/// A run on its way in: results are read as a stream, checked, and written as chunks of their section; then, when every one of them is right, its document and rows. What is held is an index of some 50 bytes a result,
/// and one unfinished chunk a section.
/// </summary>
internal sealed class RunWriting(EvalMarketDbContext db, IBlobStore blobs, IntentLog intents, Limits limits, IReadOnlyList<(SectionId Id, string Name)> sections, ItemPlaces places) : IAsyncDisposable
{
    /// <summary>Errors that are told; the rest are counted.</summary>
    private const int MostErrors = 1_000;

    private const int MostRemoved = 1_000;
    private const long TogetherBytes = 16 * 1024 * 1024;

    private readonly string workspace = db.Tenant.Required;
    private readonly Section[] parts = [.. sections.Select(_ => new Section())];
    private readonly RunCounting counting = new();
    private readonly List<Place> index = [];
    private readonly List<EncodedChunk> waiting = [];
    private readonly List<ContentError> errors = [];
    private readonly List<RemovedSecret> removed = [];
    private Intent? intent;
    private long errorCount;
    private bool hasDocument;

    /// <summary>Reads <c>results.jsonl</c>.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="progress">Called every thousand results.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What is wrong with it; null when it is right.</returns>
    public async Task<Invalid?> ReadAsync(Stream content, Func<CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        using var lines = new Formats.Json.LineReader(content, limits.LineBytes);
        var output = new ArrayBufferWriter<byte>();
        List<ContentError> found = [];
        List<RemovedSecret> secrets = [];
        while (await lines.ReadAsync(cancellationToken))
        {
            if (lines.IsTooLong)
            {
                Refuse(new ContentError($"The line is longer than {limits.LineBytes:N0} bytes."), lines.Number);
                continue;
            }

            if (lines.Line.Span.IndexOfAnyExcept(" \t"u8) < 0)
            {
                continue;
            }

            if (progress is not null && lines.Number % 1_000 == 0)
            {
                await progress(cancellationToken);
            }

            found.Clear();
            secrets.Clear();
            var result = RunResult.Read(lines.Line, found, secrets);
            removed.AddRange(secrets.Take(MostRemoved - removed.Count).Select(secret => secret with { Path = $"line {lines.Number}: {secret.Path}", File = "results" }));
            foreach (var error in found)
            {
                Refuse(error, lines.Number);
            }

            if (result is null)
            {
                continue;
            }

            if (places.Take(result.ItemId, out var item, out var section) is { } problem)
            {
                Refuse(new ContentError(problem, "/item_id"), lines.Number);
                continue;
            }

            if (errorCount > 0)
            {
                continue;
            }

            output.ResetWrittenCount();
            result = result with { ItemId = item.Value };
            result.Write(output);
            var part = parts[section];
            if (part.Builder.Add(output.WrittenSpan) is { } full)
            {
                await KeepAsync(part, full, cancellationToken);
            }

            counting.Add(result);
            part.Counting.Add(result);
            index.Add(new Place(TypeId.BitsOf(item), section, part.Chunks.Count, part.Builder.PendingLines - 1, OutcomeOf(result), result.Score, result.LatencyMs));
        }

        if (errorCount == 0)
        {
            return null;
        }

        if (errorCount > errors.Count)
        {
            errors.Add(new ContentError($"And {errorCount - errors.Count:N0} more."));
        }

        return new Invalid("invalid_results", $"{errorCount:N0} results cannot be taken; nothing was.", [.. errors]);
    }

    /// <summary>Writes what is left, the document, and the rows, within the caller's transaction and lock. The caller commits, and then calls <see cref="CompleteAsync"/>.</summary>
    /// <param name="order">What is said of the run.</param>
    /// <param name="version">Of the dataset.</param>
    /// <param name="hash">Of that version's document.</param>
    /// <param name="now">The time.</param>
    /// <param name="before">The run whose place this takes, results and all; null for a new one. Its document goes after the commit.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RunDocument> FinishAsync(RunOrder order, int version, string hash, DateTimeOffset now, RunView? before, CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            if (part.Builder.Finish() is { } last)
            {
                await KeepAsync(part, last, cancellationToken);
            }
        }

        var document = new RunDocument
        {
            Id = before?.Row.Id ?? TypeId.New<RunId>(now),
            DatasetId = order.DatasetId,
            DatasetVersion = version,
            DatasetHash = hash,
            Name = order.Name,
            Model = order.Model,
            Provider = order.Provider,
            Status = order.Status,
            CreatedAt = Milliseconds(order.CreatedAt ?? now),
            CreatedBy = before?.Document.CreatedBy ?? db.Tenant.Actor.Name,
            RunConfig = order.RunConfig,
            LightEvalConfig = order.LightEvalConfig,
            Removed = [.. order.Removed, .. removed],
            Sections = [.. sections.Zip(parts, (section, part) => new RunDocumentSection(section.Id, section.Name, part.Counting.Numbers, part.Chunks))],
            Statistics = counting.Statistics,
        };
        var made = DocumentStore.Make(RunFiles.FolderOf(workspace, document.Id), (before?.Row.Version ?? 0) + 1, document, RunJson.Default.RunDocument);
        await FlushAsync([new IntentWrite(made.Blob.Path, document.Id.Value, made.Version, made.Hash), .. RunFiles.WriteOf(before)], made.Blob, cancellationToken);
        if (before is not null)
        {
            await db.RunResults.Where(row => row.RunId == document.Id).ExecuteDeleteAsync(cancellationToken);
            await db.Runs.Where(row => row.Id == document.Id).ExecuteDeleteAsync(cancellationToken);
        }

        db.Runs.Add(RunIndex.RowOf(workspace, document, made.Version, made.Hash));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        foreach (var rows in index.Chunk(20_000))
        {
            await db.BulkInsertAsync([.. rows.Select(place => RowOf(document.Id, place))], cancellationToken);
        }

        await intents.EnsureHeldAsync(intent!, cancellationToken);
        return document;
    }

    /// <summary>Keeps the announcement of what was written alive while nothing more is.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (intent is not null && intents.NeedsRenewal(intent))
        {
            intent = await intents.RenewAsync(intent, [], cancellationToken);
        }
    }

    /// <summary>After the commit.</summary>
    public async Task CompleteAsync()
    {
        if (intent is not null)
        {
            await intents.CompleteAsync(intent, CancellationToken.None);
            intent = null;
        }
    }

    /// <summary>With a document and no commit the intent stays, and recovery looks what became of it; chunks that nobody names are the garbage collector's.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!hasDocument)
        {
            await CompleteAsync();
        }
    }

    internal static RunOutcome OutcomeOf(RunResult result) => result.HasFailed ? RunOutcome.Failed : result.Passed == true ? RunOutcome.Passed : RunOutcome.Unjudged;

    private static DateTimeOffset Milliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private RunResultRow RowOf(RunId run, Place place) => new()
    {
        Workspace = workspace,
        RunId = run,
        ItemId = TypeId.FromBits<ItemId>(place.Item),
        Section = place.Section,
        Chunk = place.Chunk,
        Line = place.Line,
        Outcome = place.Outcome,
        Score = place.Score,
        LatencyMs = place.LatencyMs,
    };

    private void Refuse(ContentError error, long line)
    {
        if (errorCount++ < MostErrors)
        {
            errors.Add(error with { Line = line });
        }
    }

    private async Task KeepAsync(Section part, EncodedChunk chunk, CancellationToken cancellationToken)
    {
        part.Chunks.Add(chunk.Ref);
        waiting.Add(chunk);
        if (waiting.Sum(each => (long)each.File.Length) > TogetherBytes)
        {
            await FlushAsync([], null, cancellationToken);
        }
    }

    private async Task FlushAsync(IReadOnlyList<IntentWrite> documents, BlobContent? blob, CancellationToken cancellationToken)
    {
        List<IntentWrite> writes = [.. waiting.Select(chunk => new IntentWrite(ChunkStore.PathOf(workspace, chunk.Ref.Sha256)))];
        List<BlobContent> contents = [.. waiting.Select(chunk => ChunkStore.ToBlob(workspace, chunk)).DistinctBy(each => each.Path)];
        if (blob is not null)
        {
            hasDocument = true;
            writes.AddRange(documents);
            contents.Add(blob);
        }

        intent = intent is null
            ? await intents.BeginAsync(workspace, RunUploads.IntentKind, writes, null, cancellationToken)
            : await intents.RenewAsync(intent, writes, cancellationToken);
        await blobs.PutAsync(contents, cancellationToken);
        waiting.Clear();
    }

    private sealed class Section
    {
        public ChunkBuilder Builder { get; } = new();

        public List<ChunkRef> Chunks { get; } = [];

        public RunCounting Counting { get; } = new();
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(UInt128 Item, int Section, int Chunk, int Line, RunOutcome Outcome, double? Score, double? LatencyMs);
}
