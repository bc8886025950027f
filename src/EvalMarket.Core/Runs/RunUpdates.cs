using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Runs;

/// <summary>Changes runs that are not completed: what is said of them, how far they are, and their results, which come whole. A completed run stays as it is, because packages have it.</summary>
public sealed class RunUpdates(EvalMarketDbContext db, RunDirectory runs, IBlobStore blobs, DatasetFiles datasets, IntentLog intents, Limits limits, TimeProvider clock)
{
    /// <summary>Takes fields that are given, and results in the place of those that there are.</summary>
    /// <param name="fields">As those of an upload, without <c>version</c>.</param>
    /// <param name="results">Read to its end; null: those that there are stay. With results, a run of which nothing is said is completed.</param>
    /// <returns>Not found; a conflict for a completed run, or one that somebody changed meanwhile; invalid with every error.</returns>
    public async Task<Outcome<RunDocument>> UpdateAsync(RunId id, IReadOnlyDictionary<string, string> fields, Stream? results, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } run)
        {
            return new NotFound();
        }

        if (run.Row.Status == RunStatus.Completed)
        {
            return new Conflict("run_completed", "A completed run stays as it is. Upload another one.");
        }

        List<ContentError> errors = [];
        var said = results is not null && fields.GetValueOrDefault("status") is not { Length: > 0 }
            ? new Dictionary<string, string>(fields, StringComparer.Ordinal) { ["status"] = RunStatus.Completed.ToWire() }
            : fields;
        if (RunOrders.Change(run.Document, said, errors) is not { } order)
        {
            return new Invalid("invalid_form", errors[0].Message, errors);
        }

        if (order.Status == RunStatus.Completed && results is null && run.Document.ResultCount == 0)
        {
            const string Message = "A completed run has results: send them along.";
            return new Invalid("invalid_form", Message, [new ContentError(Message, "/results")]);
        }

        return results is null ? await ChangeAsync(run, order, cancellationToken) : await ReplaceAsync(run, order, results, cancellationToken);
    }

    /// <summary>The results stay where they are.</summary>
    private async Task<Outcome<RunDocument>> ChangeAsync(RunView run, RunOrder order, CancellationToken cancellationToken)
    {
        var (workspace, id) = (db.Tenant.Required, run.Row.Id);
        var document = run.Document with
        {
            Name = order.Name,
            Model = order.Model,
            Provider = order.Provider,
            Status = order.Status,
            RunConfig = order.RunConfig,
            LightEvalConfig = order.LightEvalConfig,
            Removed = order.Removed,
        };
        var made = DocumentStore.Make(RunFiles.FolderOf(workspace, id), run.Row.Version + 1, document, RunJson.Default.RunDocument);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(run, cancellationToken) is { } failure)
        {
            return failure;
        }

        var intent = await intents.BeginAsync(workspace, RunUploads.IntentKind, [new IntentWrite(made.Blob.Path, id.Value, made.Version, made.Hash), .. RunFiles.WriteOf(run)], null, cancellationToken);
        await blobs.PutAsync([made.Blob], cancellationToken);
        await db.Runs.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
        db.Runs.Add(RunIndex.RowOf(workspace, document, made.Version, made.Hash));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await blobs.DeleteAsync([RunFiles.PathOf(run.Row)], CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return document;
    }

    private async Task<Outcome<RunDocument>> ReplaceAsync(RunView run, RunOrder order, Stream results, CancellationToken cancellationToken)
    {
        var contents = await datasets.ReadContentsAsync(db.Tenant.Required, order.DatasetId, run.Document.DatasetVersion, run.Document.DatasetHash, cancellationToken);
        var places = await ItemPlaces.ReadAsync(contents, datasets, cancellationToken);
        await using var writing = new RunWriting(db, blobs, intents, limits, [.. contents.Sections.Select(section => (section.Id, section.Name))], places);
        if (await writing.ReadAsync(results, null, cancellationToken) is { } invalid)
        {
            return invalid;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(run, cancellationToken) is { } failure)
        {
            return failure;
        }

        var document = await writing.FinishAsync(order, run.Document.DatasetVersion, run.Document.DatasetHash, clock.GetUtcNow(), run, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await blobs.DeleteAsync([RunFiles.PathOf(run.Row)], CancellationToken.None);
        await writing.CompleteAsync();
        return document;
    }

    /// <summary>Within a transaction: nobody else changes the workspace, and the run is the one that was read.</summary>
    private async Task<Failure?> LockAsync(RunView run, CancellationToken cancellationToken)
    {
        var (id, hash) = (run.Row.Id, run.Row.Hash);
        return !await db.LockWorkspaceAsync(db.Tenant.Required, cancellationToken) || !await db.Runs.AnyAsync(row => row.Id == id, cancellationToken) ? new NotFound()
            : await db.Runs.AnyAsync(row => row.Id == id && row.Hash == hash, cancellationToken) ? null
            : new Conflict("run_changed", "Somebody changed the run meanwhile. Look at it, and send your change again.");
    }
}
