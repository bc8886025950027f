using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>Uploaded files that somebody looks at before they are imported.</summary>
/// <param name="Id">Also the id that the import's job has or will have: so it can happen only once.</param>
/// <param name="CreatedBy">Who began it.</param>
/// <param name="ExpiresAt">When its files are removed, if nobody imports them.</param>
public sealed record ImportDraft(JobId Id, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, StagedUpload Upload)
{
    /// <summary>What was found in exactly these files; null when nobody has looked yet.</summary>
    public ImportPreview? Preview { get; init; }

    /// <summary>The job that looks through the files, or did so in vain.</summary>
    public Job? Check { get; init; }

    /// <summary>The import, once it was asked for. The files are then its own.</summary>
    public Job? Import { get; init; }
}

/// <summary>
/// Imports in two steps: files are collected and looked through; then they are imported, once, or thrown away. A draft is nothing but its folder in the store
/// (<c>uploads/{id}</c>), so it outlives a restart; every member who may edit sees it. Nothing of the workspace's content changes before the import.
/// </summary>
public sealed class ImportDrafts(
    EvalMarketDbContext db, IBlobStore blobs, ImportStaging staging, JobQueue queue, SessionImportJob imports, ImportCheckJob checks, IOptions<Limits> limits, TimeProvider clock)
{
    /// <summary>So long a request may look through files; more is a job.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>More files than this are looked through by a job.</summary>
    private const int FewFiles = 2_000;

    /// <summary>Begins one, without files.</summary>
    public async Task<JobId> BeginAsync(CancellationToken cancellationToken)
    {
        var id = JobQueue.NewId(clock);
        var document = new DraftDocument(db.Tenant.Actor.Name, clock.GetUtcNow());
        await blobs.PutAsync([new BlobContent(PathOf(id, "draft"), JsonSerializer.SerializeToUtf8Bytes(document, SessionImportJson.Default.DraftDocument))], cancellationToken);
        return id;
    }

    /// <summary>Null when there is none, or it has expired (or it is not yours).</summary>
    public async Task<ImportDraft?> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        if (await queue.FindAsync(id, cancellationToken) is { } job)
        {
            return job.Kind == SessionImportJob.JobKind
                ? new ImportDraft(id, job.CreatedBy, job.CreatedAt, job.CreatedAt, new StagedUpload([])) { Import = job }
                : null;
        }

        if (await ReadAsync(PathOf(id, "draft"), SessionImportJson.Default.DraftDocument, cancellationToken) is not { } document || IsOver(document))
        {
            return null;
        }

        var upload = await staging.ReadAsync(id, cancellationToken);
        var fingerprint = upload.Fingerprint;
        var found = await ReadAsync(PathOf(id, "preview"), SessionImportJson.Default.DraftPreview, cancellationToken);
        var preview = found?.Fingerprint == fingerprint ? found.Preview : null;
        var check = preview is null ? await ReadAsync(PathOf(id, "check"), SessionImportJson.Default.DraftCheck, cancellationToken) : null;
        return new ImportDraft(id, document.CreatedBy, document.CreatedAt, document.CreatedAt.AddHours(limits.Value.ImportHours), upload)
        {
            Preview = preview,
            Check = check?.Fingerprint == fingerprint ? await queue.FindAsync(check.Job, cancellationToken) : null,
        };
    }

    /// <summary>Those that wait, newest first.</summary>
    public async Task<IReadOnlyList<ImportDraft>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var folders = await blobs.ListFoldersAsync(BlobPath.Parse($"w/{db.Tenant.Required}/uploads"), cancellationToken).ToListAsync(cancellationToken);
        var drafts = new List<ImportDraft>();
        foreach (var folder in folders.OrderDescending(StringComparer.Ordinal))
        {
            if (drafts.Count < limit && TypeId.TryParse<JobId>(folder, out var id)
                && await FindAsync(id, cancellationToken) is { Import: null, Upload.Files.Count: > 0 } draft)
            {
                drafts.Add(draft);
            }
        }

        return drafts;
    }

    /// <summary>Adds files; what was found before counts no more.</summary>
    /// <param name="batch">Lower-case letters and digits. The same one again takes the place of the first.</param>
    public async Task<Outcome<StagedUpload>> AddAsync(JobId id, string batch, IAsyncEnumerable<IncomingFile> files, CancellationToken cancellationToken)
    {
        switch (await FindAsync(id, cancellationToken))
        {
            case null:
                return new NotFound();
            case { Import: not null }:
                return AlreadyImported();
            case { Check: { FinishedAt: null } check }:
                // What it would find is out of date when it comes.
                await queue.CancelAsync(check.Id, cancellationToken);
                break;
        }

        return await staging.AddAsync(id, batch, files, cancellationToken);
    }

    /// <summary>Looks through the files: at once when they are few, else as a job. The draft as it is then.</summary>
    public async Task<Outcome<ImportDraft>> CheckAsync(JobId id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } draft)
        {
            return new NotFound();
        }

        if (draft.Upload.Files.Count == 0 && draft.Import is null)
        {
            return new Invalid("no_files", "Choose one or more files first.", [new ContentError("There are no files to look at.")]);
        }

        var isAsked = draft.Check is { Status: JobStatus.Queued or JobStatus.Running };
        if (draft.Import is not null || draft.Preview is not null || isAsked)
        {
            return draft;
        }

        if (draft.Upload.Bytes <= limits.Value.SyncBytes && draft.Upload.Files.Count <= FewFiles
            && await checks.TryLookAsync(id, draft.Upload, Patience, cancellationToken) is { } preview)
        {
            return draft with { Preview = preview, Check = null };
        }

        var job = checks.NewId();
        var check = new DraftCheck(job, draft.Upload.Fingerprint);
        await blobs.PutAsync([new BlobContent(PathOf(id, "check"), JsonSerializer.SerializeToUtf8Bytes(check, SessionImportJson.Default.DraftCheck))], cancellationToken);
        return draft with { Check = await checks.EnqueueAsync(job, new ImportOrder(SessionUploadKind.Transcript, null) { Upload = id }, draft.Upload, cancellationToken) };
    }

    /// <summary>Imports exactly the files that were looked at. Asked for twice, it happens once.</summary>
    /// <param name="fingerprint">Of the files that the person saw.</param>
    public async Task<Outcome<Job>> ImportAsync(JobId id, string fingerprint, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } draft)
        {
            return new NotFound();
        }

        if (draft.Import is { } earlier)
        {
            return earlier;
        }

        if (draft.Preview is null || draft.Upload.Fingerprint != fingerprint)
        {
            return new Conflict("files_changed", "Files were added since you looked. See what is found now, then import.");
        }

        try
        {
            return await imports.EnqueueAsync(id, new ImportOrder(SessionUploadKind.Transcript, null) { Fingerprint = fingerprint }, draft.Upload, cancellationToken);
        }
        catch (DbUpdateException exception) when (db.IsUniqueViolation(exception))
        {
            // Somebody else, or the same click, was a moment earlier.
            db.ChangeTracker.Clear();
            return await queue.FindAsync(id, cancellationToken) is { } other ? other : new NotFound();
        }
    }

    /// <summary>Throws the files away; an import that was asked for stays.</summary>
    public async Task<Failure?> DiscardAsync(JobId id, CancellationToken cancellationToken)
    {
        var draft = await FindAsync(id, cancellationToken);
        if (draft is null or { Import: not null })
        {
            return draft is null ? new NotFound() : AlreadyImported();
        }

        if (draft.Check is { } check)
        {
            await queue.CancelAsync(check.Id, cancellationToken);
        }

        await staging.DiscardAsync(id, cancellationToken);
        return null;
    }

    /// <summary>All lines that cannot be imported, one JSON object a line (<c>message, path, line, file</c>); null when nobody has looked.</summary>
    public ValueTask<Stream?> OpenErrorsAsync(JobId id, CancellationToken cancellationToken) => blobs.OpenReadAsync(ImportCheckJob.ErrorsOf(staging.FolderOf(id)), cancellationToken);

    private static Conflict AlreadyImported() => new("already_imported", "These files are being imported, or have been. Begin a new import for more.");

    private bool IsOver(DraftDocument document) => clock.GetUtcNow() - document.CreatedAt > TimeSpan.FromHours(limits.Value.ImportHours);

    private BlobPath PathOf(JobId id, string name) => staging.FolderOf(id) / $"{name}.json";

    private async Task<T?> ReadAsync<T>(BlobPath path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => await blobs.ReadAsync(path, cancellationToken) is { } bytes ? JsonSerializer.Deserialize(bytes, type) : null;
}

/// <summary>The file <c>draft.json</c>.</summary>
internal sealed record DraftDocument(string CreatedBy, DateTimeOffset CreatedAt);

/// <summary>The file <c>check.json</c>: which job looks through the files.</summary>
internal sealed record DraftCheck(JobId Job, string Fingerprint);

/// <summary>The file <c>preview.json</c>.</summary>
internal sealed record DraftPreview(string Fingerprint, ImportPreview Preview);
