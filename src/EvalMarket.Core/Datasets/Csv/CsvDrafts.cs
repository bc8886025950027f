using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>A CSV file that somebody looks at before it is imported.</summary>
/// <param name="Id">Also the id that the import's job has or will have: so it can happen only once.</param>
/// <param name="Dataset">Where it is meant to go.</param>
/// <param name="ExpiresAt">When the file is removed, if nobody imports it.</param>
/// <param name="File">Null once it has been imported.</param>
public sealed record CsvDraft(JobId Id, DatasetId Dataset, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, StagedFile? File)
{
    /// <summary>The import, once it was asked for.</summary>
    public Job? Import { get; init; }
}

/// <summary>
/// Imports of CSV files in two steps, as those of sessions (<see cref="ImportDrafts"/>): the file waits in the store (<c>uploads/{id}</c>), is looked at as often as
/// the choices change, and is imported once or thrown away. It outlives a restart. Nothing of the dataset changes before the import.
/// </summary>
public sealed class CsvDrafts(EvalMarketDbContext db, IBlobStore blobs, ImportStaging staging, JobQueue queue, CsvImport import, CsvImportJob imports, CsvCheckJob checks, IOptions<Limits> limits, TimeProvider clock)
{
    /// <summary>So long a request looks through a file; of a longer one it sees the beginning.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Puts a file into the store.</summary>
    /// <returns>Too large.</returns>
    public async Task<Outcome<JobId>> BeginAsync(DatasetId dataset, IncomingFile file, CancellationToken cancellationToken)
    {
        var id = JobQueue.NewId(clock);
        if (!(await staging.AddAsync(id, "0", new[] { file }.ToAsyncEnumerable(), cancellationToken)).Succeeded(out _, out var failure))
        {
            return failure;
        }

        // Last: what the document names is there.
        var document = new CsvDraftDocument(dataset, db.Tenant.Actor.Name, clock.GetUtcNow());
        await blobs.PutAsync([new BlobContent(PathOf(id), JsonSerializer.SerializeToUtf8Bytes(document, CsvImportJson.Default.CsvDraftDocument))], cancellationToken);
        return id;
    }

    /// <summary>Null when there is none for this dataset, or it has expired (or it is not yours).</summary>
    public async Task<CsvDraft?> FindAsync(DatasetId dataset, JobId id, CancellationToken cancellationToken)
    {
        if (await queue.FindAsync(id, cancellationToken) is { } job)
        {
            return CsvImportJob.DatasetOf(job) == dataset ? new CsvDraft(id, dataset, job.CreatedBy, job.CreatedAt, job.CreatedAt, null) { Import = job } : null;
        }

        if (await blobs.ReadAsync(PathOf(id), cancellationToken) is not { } bytes
            || JsonSerializer.Deserialize(bytes, CsvImportJson.Default.CsvDraftDocument) is not { } document
            || document.Dataset != dataset)
        {
            return null;
        }

        var expires = document.CreatedAt.AddHours(limits.Value.ImportHours);
        return expires > clock.GetUtcNow() && await staging.ReadAsync(id, cancellationToken) is { Files: [var file] }
            ? new CsvDraft(id, dataset, document.CreatedBy, document.CreatedAt, expires, file)
            : null;
    }

    /// <summary>Reads the file as an import would. A file that cannot be imported gives a preview that says so.</summary>
    /// <returns>Not found; a conflict once it is imported.</returns>
    public async Task<Outcome<CsvDraftLook>> LookAsync(DatasetId dataset, JobId id, CsvChoices choices, CancellationToken cancellationToken)
    {
        switch (await FindAsync(dataset, id, cancellationToken))
        {
            case null:
                return new NotFound();
            case { File: { } file }:
                if (await checks.FindAsync(id, choices, cancellationToken) is { } whole)
                {
                    return new CsvDraftLook(whole.Preview, whole.HasRejects);
                }

                await using (var content = await staging.OpenAsync(file, cancellationToken))
                {
                    return (await import.LookAsync(dataset, content, choices, Patience, null, cancellationToken)).Succeeded(out var look, out var failure)
                        ? new CsvDraftLook(look.Preview, look is { Preview.IsWhole: true, Rejects: not null })
                        : failure;
                }

            default:
                return AlreadyImported();
        }
    }

    /// <summary>Has a job look through a long file to its last row, with these choices; asked again, it is the same job.</summary>
    public async Task<Job?> CheckAsync(DatasetId dataset, JobId id, CsvChoices choices, CancellationToken cancellationToken) =>
        await FindAsync(dataset, id, cancellationToken) is { File: not null } draft ? await checks.EnsureAsync(draft, choices, cancellationToken) : null;

    /// <summary>The rows with errors, as a CSV file; null when there are none, the file is gone, or so long that nobody has looked through it yet.</summary>
    public async Task<Stream?> OpenRejectsAsync(DatasetId dataset, JobId id, CsvChoices choices, CancellationToken cancellationToken)
    {
        if (await FindAsync(dataset, id, cancellationToken) is not { File: { } file })
        {
            return null;
        }

        if (await checks.FindAsync(id, choices, cancellationToken) is { } whole)
        {
            return whole.HasRejects ? await checks.OpenRejectsAsync(id, cancellationToken) : null;
        }

        await using var content = await staging.OpenAsync(file, cancellationToken);
        return (await import.LookAsync(dataset, content, choices, Patience, null, cancellationToken)).Succeeded(out var look, out _) && look is { Preview.IsWhole: true, Rejects: { } rejects }
            ? new MemoryStream(rejects.ToArray(), writable: false)
            : null;
    }

    /// <summary>Imports the file, as a job. Asked for twice, it happens once.</summary>
    public async Task<Outcome<Job>> ImportAsync(DatasetId dataset, JobId id, CsvChoices choices, CancellationToken cancellationToken)
    {
        if (await FindAsync(dataset, id, cancellationToken) is not { } draft)
        {
            return new NotFound();
        }

        if (draft.Import is { } earlier)
        {
            return earlier;
        }

        try
        {
            return await imports.EnqueueAsync(id, new CsvOrder(dataset, draft.File!.Name, choices), new StagedUpload([draft.File]), cancellationToken);
        }
        catch (DbUpdateException exception) when (db.IsUniqueViolation(exception))
        {
            // Somebody else, or the same click, was a moment earlier.
            db.ChangeTracker.Clear();
            return await queue.FindAsync(id, cancellationToken) is { } other ? other : new NotFound();
        }
    }

    /// <summary>Throws the file away; an import that was asked for stays.</summary>
    public async Task<Failure?> DiscardAsync(DatasetId dataset, JobId id, CancellationToken cancellationToken)
    {
        var draft = await FindAsync(dataset, id, cancellationToken);
        if (draft is null or { Import: not null })
        {
            return draft is null ? new NotFound() : AlreadyImported();
        }

        await staging.DiscardAsync(id, cancellationToken);
        return null;
    }

    private static Conflict AlreadyImported() => new("already_imported", "This file is being imported, or has been. Upload it again to import it once more.");

    private BlobPath PathOf(JobId id) => staging.FolderOf(id) / "csv.json";
}

/// <summary>What is known of a draft's file.</summary>
/// <param name="HasRejects">The rows with errors can be had as a file: all was looked at.</param>
public sealed record CsvDraftLook(CsvPreview Preview, bool HasRejects);

/// <summary>The file <c>csv.json</c>.</summary>
internal sealed record CsvDraftDocument(DatasetId Dataset, string CreatedBy, DateTimeOffset CreatedAt);
