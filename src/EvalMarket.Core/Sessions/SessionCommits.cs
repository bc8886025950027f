using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions;

/// <summary>What became of a batch, in the order of its sessions.</summary>
/// <param name="Ids">Of each session, also the unchanged ones.</param>
public sealed record SessionBatchResult(int Created, int Updated, int Unchanged, IReadOnlyList<SessionId> Ids);

/// <summary>
/// Writes sessions: files first, rows second, under one intent and in one transaction that holds the workspace's lock.
/// A session with the external id of one that is there is its next version; the same content again changes nothing.
/// </summary>
public sealed class SessionCommits(EvalMarketDbContext db, IBlobStore blobs, SessionFiles files, IntentLog intents, TimeProvider clock)
{
    public const string IntentKind = "sessions";

    /// <summary>Commits all of them or none.</summary>
    /// <param name="sessions">Each external id at most once; bounded by the caller in number and size.</param>
    /// <param name="import">The job that brings them, if one does; it stays with the sessions that are new.</param>
    /// <param name="alongside">Runs in the same transaction, after the rows and before the commit: a job saves its progress here. Gets the result.</param>
    /// <param name="cancellationToken">Cancels; nothing is committed.</param>
    /// <returns>Not found when the workspace is gone.</returns>
    public async Task<Outcome<SessionBatchResult>> CommitAsync(
        IReadOnlyList<Session> sessions, JobId? import, Func<SessionBatchResult, CancellationToken, Task>? alongside, CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
        {
            return new NotFound();
        }

        var revision = await db.RevisionAsync(workspace, cancellationToken);
        var externalIds = sessions.Select(session => session.ExternalId).OfType<string>().ToList();
        var existing = await db.Sessions
            .Where(row => externalIds.Contains(row.ExternalId!))
            .ToDictionaryAsync(row => row.ExternalId!, cancellationToken);

        var work = new List<(Session Session, SessionRow? Row, SessionDocument? Before)>(sessions.Count);
        foreach (var session in sessions)
        {
            var row = session.ExternalId is { } externalId ? existing.GetValueOrDefault(externalId) : null;
            work.Add((session, row, row is null ? null : await files.ReadDocumentAsync(row, cancellationToken)));
        }

        // Writing lines, compressing and hashing is what an import costs; it touches nothing that is shared.
        var prepared = work.AsParallel().AsOrdered().WithCancellation(cancellationToken)
            .Select(each => Prepare(workspace, each.Session, each.Row, each.Before, import))
            .ToList();

        var changed = prepared.Where(p => !p.IsUnchanged).ToList();
        var result = new SessionBatchResult(
            changed.Count(p => p.Row is null), changed.Count(p => p.Row is not null), prepared.Count - changed.Count, [.. prepared.Select(p => p.Document.Id)]);

        Intent? intent = null;
        if (changed.Count > 0)
        {
            intent = await intents.BeginAsync(workspace, IntentKind, [.. changed.SelectMany(p => p.Writes)], null, cancellationToken);
            await blobs.PutAsync([.. changed.SelectMany(p => p.Blobs).DistinctBy(blob => blob.Path)], cancellationToken);
            foreach (var session in changed)
            {
                Index(workspace, session, revision);
            }

            await db.SaveChangesAsync(cancellationToken);
            await intents.EnsureHeldAsync(intent, cancellationToken);
        }

        if (alongside is not null)
        {
            await alongside(result, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);

        // The change is done; what follows only tidies up, and recovery does it after a crash.
        if (intent is not null)
        {
            await blobs.DeleteAsync([.. changed.Select(p => p.ReplacedDocument).OfType<BlobPath>()], CancellationToken.None);
            await intents.CompleteAsync(intent, CancellationToken.None);
        }

        db.ChangeTracker.Clear();
        return result;
    }

    /// <summary>Puts the row of a document into the index; used by imports and by the rebuilding of the index.</summary>
    internal SessionRow Add(
        string workspace, SessionDocument document, int version, string hash, long revision, IReadOnlyList<Message> messages, IReadOnlyCollection<string> searchWords)
    {
        var labels = document.Labels ?? new EvalLabels();
        var row = new SessionRow
        {
            Workspace = workspace,
            Id = document.Id,
            Version = version,
            Hash = hash,
            ExternalId = document.ExternalId,
            Title = document.Title,
            ImportedAt = document.ImportedAt,
            ImportJob = document.ImportJob,
            Chunks = "",
            EvalReady = labels.EvalReady,
            EvalStatus = labels.Status,
            EvalNotes = labels.Notes,
            ExpectedOutput = labels.ExpectedOutput,
            ReviewedAt = labels.ReviewedAt,
            ReviewedBy = labels.ReviewedBy,
            Tags = [.. labels.Tags.Select((tag, i) => new SessionTag { Workspace = workspace, SessionId = document.Id, Tag = tag, Ordinal = i })],
        };
        db.Sessions.Add(row);
        Fill(row, document, version, hash, revision, messages, searchWords);
        return row;
    }

    private PreparedSession Prepare(string workspace, Session session, SessionRow? row, SessionDocument? before, JobId? import)
    {
        var now = Milliseconds(clock.GetUtcNow());
        var firstMessageAt = session.Messages.FirstOrDefault(m => m.CreatedAt is not null)?.CreatedAt;
        var createdAt = Milliseconds(session.CreatedAt ?? firstMessageAt ?? before?.CreatedAt ?? now);
        var id = row?.Id ?? TypeId.New<SessionId>(createdAt);

        var messages = IdentifyMessages(id, session.Messages);
        var chunks = new List<EncodedChunk>();
        var builder = new ChunkBuilder();
        var line = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var message in messages)
        {
            line.ResetWrittenCount();
            MessageLines.Write(message, line);
            if (builder.Add(line.WrittenSpan[..^1]) is { } full)
            {
                chunks.Add(full);
            }
        }

        if (builder.Finish() is { } last)
        {
            chunks.Add(last);
        }

        var preview = SessionIndexing.PreviewOf(messages);
        var document = new SessionDocument
        {
            Id = id,
            ExternalId = session.ExternalId,
            Title = session.Title is { Length: > 0 } title ? title : preview.Length > 0 ? SessionIndexing.OneLine(preview, SessionIndexing.TitleLength) : "Untitled session",
            Source = session.Source,
            Author = session.Author,
            Project = session.Project,
            Model = session.Model ?? messages.LastOrDefault(m => m.Model is not null)?.Model,
            Provider = session.Provider,
            PromptTokens = SessionContent.CountOf(session.PromptTokens),
            CompletionTokens = SessionContent.CountOf(session.CompletionTokens),
            Cost = SessionContent.CostOf(session.Cost),
            DurationMs = SessionContent.CountOf(session.DurationMs),
            CreatedAt = createdAt,
            UpdatedAt = Milliseconds(session.UpdatedAt ?? messages.LastOrDefault(m => m.CreatedAt is not null)?.CreatedAt ?? createdAt),
            ImportedAt = before?.ImportedAt ?? now,
            ImportJob = before is null ? import : before.ImportJob,
            MessageCount = messages.Count,
            TurnCount = Turns.CountPairs(messages),
            Labels = before is null ? Normalize(session.Labels, now) : before.Labels,
            Metadata = session.Metadata,
            Chunks = [.. chunks.Select(chunk => chunk.Ref)],
        };
        return new PreparedSession(workspace, document, messages, chunks, row);
    }

    /// <summary>Labels that come along follow the same rules as labels that are given here.</summary>
    private static EvalLabels? Normalize(EvalLabels? labels, DateTimeOffset now)
    {
        if (labels is null || labels == new EvalLabels())
        {
            return null;
        }

        var isReviewed = labels.Status is not null || labels.Notes is not null || labels.ExpectedOutput is not null || labels.Tags.Count > 0;
        return labels with
        {
            Status = labels.Status ?? (labels.EvalReady ? EvalStatus.NeedsReview : null),
            Tags = [.. labels.Tags.Distinct(StringComparer.Ordinal)],
            ReviewedAt = labels.ReviewedAt ?? (isReviewed ? now : null),
        };
    }

    /// <summary>
    /// Message ids that are the same at every import: made from the session's id and the message's external id, or its
    /// place where the source gives none. A repeated external id counts its repetitions.
    /// </summary>
    private static List<Message> IdentifyMessages(SessionId session, IReadOnlyList<Message> messages)
    {
        var at = TypeId.TimeOf(session);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var identified = new List<Message>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            var key = messages[i].ExternalId is { } externalId ? $"x{externalId}" : $"n{i}";
            var repetition = seen[key] = seen.GetValueOrDefault(key) + 1;
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{session.Value}\n{repetition}\n{key}"));
            identified.Add(messages[i] with { Id = TypeId.Deterministic<MessageId>(at, hash) });
        }

        return identified;
    }

    private static DateTimeOffset Milliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    private void Index(string workspace, PreparedSession session, long revision)
    {
        if (session.Row is { } row)
        {
            Fill(row, session.Document, session.Version, session.Hash, revision, session.Messages, session.SearchWords);
        }
        else
        {
            Add(workspace, session.Document, session.Version, session.Hash, revision, session.Messages, session.SearchWords);
        }
    }

    private void Fill(
        SessionRow row, SessionDocument document, int version, string hash, long revision, IReadOnlyList<Message> messages, IReadOnlyCollection<string> searchWords)
    {
        row.Version = version;
        row.Hash = hash;
        row.Revision = revision;
        row.Title = document.Title;
        row.Source = document.Source;
        row.Author = document.Author;
        row.Project = document.Project;
        row.Model = document.Model;
        row.Provider = document.Provider;
        row.PromptTokens = document.PromptTokens;
        row.CompletionTokens = document.CompletionTokens;
        row.Cost = document.Cost;
        row.DurationMs = document.DurationMs;
        row.MessageCount = document.MessageCount;
        row.TurnCount = document.TurnCount;
        row.CreatedAt = document.CreatedAt;
        row.UpdatedAt = document.UpdatedAt;
        row.Preview = SessionIndexing.PreviewOf(messages);
        row.Chunks = JsonSerializer.Serialize(document.Chunks, SessionJsonContext.Compact.IReadOnlyListChunkRef);
        db.SetSearchWords(row, searchWords);
    }

    /// <summary>A session with its files made and nothing written.</summary>
    private sealed class PreparedSession
    {
        private readonly string workspace;
        private readonly IReadOnlyList<EncodedChunk> chunks;
        private readonly byte[] bytes;

        public PreparedSession(string workspace, SessionDocument document, IReadOnlyList<Message> messages, IReadOnlyList<EncodedChunk> chunks, SessionRow? row)
        {
            this.workspace = workspace;
            this.chunks = chunks;
            Document = document;
            Messages = messages;
            Row = row;
            SearchWords = SessionIndexing.WordsOf(document.Title, messages);
            bytes = JsonSerializer.SerializeToUtf8Bytes(document, SessionJsonContext.Default.SessionDocument);
            Hash = DocumentStore.HashOf(bytes);
            IsUnchanged = row?.Hash == Hash;
            Version = (row?.Version ?? 0) + (IsUnchanged ? 0 : 1);
            ReplacedDocument = row is null ? null : DocumentStore.PathOf(Folder, row.Version, row.Hash);
        }

        public SessionDocument Document { get; }

        public IReadOnlyList<Message> Messages { get; }

        public SessionRow? Row { get; }

        public IReadOnlyCollection<string> SearchWords { get; }

        public string Hash { get; }

        public int Version { get; }

        public bool IsUnchanged { get; }

        public BlobPath? ReplacedDocument { get; }

        public IEnumerable<BlobContent> Blobs =>
            chunks.Select(chunk => ChunkStore.ToBlob(workspace, chunk)).Append(new BlobContent(DocumentPath, bytes));

        public IEnumerable<IntentWrite> Writes =>
            chunks.Select(chunk => new IntentWrite(ChunkStore.PathOf(workspace, chunk.Ref.Sha256)))
                .Append(new IntentWrite(DocumentPath, Document.Id.Value, Version, Hash));

        private BlobPath Folder => SessionFiles.FolderOf(workspace, Document.Id);

        private BlobPath DocumentPath => DocumentStore.PathOf(Folder, Version, Hash);
    }
}
