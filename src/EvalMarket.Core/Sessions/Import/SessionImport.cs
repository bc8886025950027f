using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Formats.Uploads;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>What an import did: the answer of <c>POST /api/sessions</c> and <c>/api/sessions/import</c>.</summary>
public sealed record SessionImportResult
{
    /// <summary>More ids than this are not listed.</summary>
    public const int MaxIds = 10_000;

    /// <summary>More errors than this are counted, not listed.</summary>
    public const int MaxErrors = 1_000;

    public long Created { get; init; }

    public long Updated { get; init; }

    public long Unchanged { get; init; }

    /// <summary>Of the sessions in the order in which they came, each once.</summary>
    public IReadOnlyList<SessionId> Ids { get; init; } = [];

    public IReadOnlyList<ContentError> Errors { get; init; } = [];

    /// <summary>All of them, also the ones that are not listed.</summary>
    public long ErrorCount { get; init; }

    /// <summary>Sessions and errors: as many records as have been read.</summary>
    [JsonIgnore]
    public long Records => Created + Updated + Unchanged + ErrorCount;

    /// <summary>The 422 for an upload of which nothing could be taken; null when something was, or when there was nothing to take.</summary>
    public Invalid? NothingUsable() => Records > 0 && Records == ErrorCount
        ? new Invalid("invalid_sessions", Errors.Count == 1 ? Errors[0].Message : $"None of the sessions could be taken: {ErrorCount:N0} errors.", Errors)
        : null;

    /// <summary>The body of the answer, the same for a request and for a job.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SessionImportJson.Default.SessionImportResult);

    internal SessionImportResult With(SessionBatchResult batch) => this with
    {
        Created = Created + batch.Created,
        Updated = Updated + batch.Updated,
        Unchanged = Unchanged + batch.Unchanged,
        Ids = Ids.Count >= MaxIds ? Ids : [.. Ids.Concat(batch.Ids).Distinct().Take(MaxIds)],
    };

    internal SessionImportResult With(IReadOnlyCollection<ContentError> errors) => this with
    {
        Errors = Errors.Count >= MaxErrors ? Errors : [.. Errors.Concat(errors).Take(MaxErrors)],
        ErrorCount = ErrorCount + errors.Count,
    };
}

/// <summary>
/// Takes sessions in as they are read, a batch at a time: good ones land, bad ones are listed. Memory holds one batch.
/// </summary>
public sealed class SessionImport(SessionCommits commits, IOptions<Limits> limits)
{
    /// <summary>Sessions that are committed together, with one intent, one sync and one transaction.</summary>
    private const int BatchSessions = 500;

    /// <summary>Characters of content after which a batch is full.</summary>
    private const long BatchCharacters = 8 * 1024 * 1024;

    /// <summary>Imports the files of one request: transcripts of tools, archives and folders of them.</summary>
    public Task<Outcome<SessionImportResult>> ImportAsync(IReadOnlyList<UploadedFile> files, string? format, CancellationToken cancellationToken) => ImportAsync(
        ImportSources.ReadAsync(ImportSources.FindAsync(files, format, limits.Value, cancellationToken), default, withRefused: true, cancellationToken),
        new SessionImportResult(),
        null,
        null,
        cancellationToken);

    /// <summary>Imports what one reader gives.</summary>
    /// <param name="records">What the reader gives.</param>
    /// <param name="result">Where it goes on from; a new one otherwise.</param>
    /// <param name="file">Named in errors where several files come at once.</param>
    /// <param name="alongside">Runs in the transaction of each batch; gets the result so far.</param>
    /// <param name="cancellationToken">Cancels; what was committed stays.</param>
    public Task<Outcome<SessionImportResult>> ImportAsync(
        IAsyncEnumerable<TranscriptRecord> records,
        SessionImportResult result,
        string? file,
        Func<SessionImportResult, CancellationToken, Task>? alongside,
        CancellationToken cancellationToken) => ImportAsync(
            records.Select((record, index) => new ImportRecord(record, file, new ImportPosition(0, index + 1L))),
            result,
            null,
            alongside is null ? null : (sofar, _, token) => alongside(sofar, token),
            cancellationToken);

    /// <summary>Reads to the end and commits on the way. A batch may hold sessions of many files: a folder of small ones costs no more than one large file.</summary>
    /// <param name="records">Of all sources, in order.</param>
    /// <param name="result">Where a job goes on from; a new one otherwise.</param>
    /// <param name="job">The job that imports; null in a request.</param>
    /// <param name="alongside">Runs in the transaction of each batch; gets the result so far, and the place up to which it goes.</param>
    /// <param name="cancellationToken">Cancels; what was committed stays.</param>
    internal async Task<Outcome<SessionImportResult>> ImportAsync(
        IAsyncEnumerable<ImportRecord> records,
        SessionImportResult result,
        JobId? job,
        Func<SessionImportResult, ImportPosition, CancellationToken, Task>? alongside,
        CancellationToken cancellationToken)
    {
        var batch = new List<Session>();
        var externalIds = new HashSet<string>(StringComparer.Ordinal);
        var errors = new List<ContentError>();
        var characters = 0L;
        var taken = default(ImportPosition);
        await foreach (var (record, file, position) in records.WithCancellation(cancellationToken))
        {
            if (ErrorOf(record, file, limits.Value) is { } error)
            {
                errors.Add(error);
            }
            else if (record.Session is { } session)
            {
                // The same external id again is a later version of it, so the earlier one has to be in first.
                if (session.ExternalId is { } externalId && !externalIds.Add(externalId))
                {
                    if (await FlushAsync() is { } failed)
                    {
                        return failed;
                    }

                    externalIds.Add(externalId);
                }

                batch.Add(session);
                characters += SizeOf(session);
            }

            taken = position;
            if ((batch.Count >= BatchSessions || characters >= BatchCharacters) && await FlushAsync() is { } failure)
            {
                return failure;
            }
        }

        return await FlushAsync() is { } last ? last : result;

        async Task<Failure?> FlushAsync()
        {
            result = result.With(errors);
            if (batch.Count > 0)
            {
                var (before, upTo) = (result, taken);
                var outcome = await commits.CommitAsync(
                    batch,
                    job,
                    alongside is null ? null : (committed, token) => alongside(before.With(committed), upTo, token),
                    cancellationToken);
                if (!outcome.Succeeded(out var committed, out var failure))
                {
                    return failure;
                }

                result = result.With(committed);
            }

            batch.Clear();
            errors.Clear();
            externalIds.Clear();
            characters = 0;
            return null;
        }
    }

    /// <summary>What is wrong with a record; null when it can be imported.</summary>
    internal static ContentError? ErrorOf(TranscriptRecord record, string? file, Limits limits) => record switch
    {
        { Error: { } error } => error with { File = error.File ?? file },
        { Session.Messages.Count: var messages } when messages > limits.SessionMessages => new ContentError(
            $"The session has {messages:N0} messages; Limits:SessionMessages allows {limits.SessionMessages:N0}.", "/messages", record.Line, file),
        _ => null,
    };

    private static long SizeOf(Session session) =>
        session.Messages.Sum(message => message.Content.Length + message.Parts.Sum(part => (part.Text?.Length ?? 0) + (part.Data?.Length ?? 0) + 64L));
}
