using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Runs;

/// <summary>Takes runs in: whole, or not at all.</summary>
public sealed class RunUploads(EvalMarketDbContext db, IBlobStore blobs, DatasetFiles datasets, IntentLog intents, Limits limits, TimeProvider clock)
{
    public const string IntentKind = "runs";

    /// <summary>Reads the results and makes the run of them.</summary>
    /// <param name="order">What is said of it.</param>
    /// <param name="results">Read to its end.</param>
    /// <param name="alongside">Runs in the transaction, right before its commit: a job saves there that it is done.</param>
    /// <param name="cancellationToken">Cancels; nothing stays.</param>
    /// <returns>Not found for a dataset that is not there; invalid, with every error, when a result is not of an item of the version, or wrong otherwise.</returns>
    public async Task<Outcome<RunDocument>> UploadAsync(
        RunOrder order, Stream results, Func<RunDocument, CancellationToken, Task>? alongside, CancellationToken cancellationToken)
    {
        if (await db.Datasets.AsNoTracking().FirstOrDefaultAsync(row => row.Id == order.DatasetId && row.DeletedAt == null, cancellationToken) is not { } dataset)
        {
            return new NotFound();
        }

        var number = order.Version ?? dataset.Version;
        if (await db.DatasetVersions.AsNoTracking().FirstOrDefaultAsync(row => row.DatasetId == order.DatasetId && row.Version == number, cancellationToken) is not { } version)
        {
            return new Invalid("invalid_form", "There is no such version of the dataset.", [new ContentError("There is no such version of the dataset.", "/version")]);
        }

        var contents = await datasets.ReadContentsAsync(db.Tenant.Required, order.DatasetId, version.Version, version.Hash, cancellationToken);
        var places = await ItemPlaces.ReadAsync(contents, datasets, cancellationToken);
        await using var writing = new RunWriting(db, blobs, intents, limits, [.. contents.Sections.Select(section => (section.Id, section.Name))], places);
        if (await writing.ReadAsync(results, null, cancellationToken) is { } invalid)
        {
            return invalid;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(db.Tenant.Required, cancellationToken)
            || !await db.Datasets.AnyAsync(row => row.Id == order.DatasetId && row.DeletedAt == null, cancellationToken))
        {
            return new NotFound();
        }

        var document = await writing.FinishAsync(order, version.Version, version.Hash, clock.GetUtcNow(), null, cancellationToken);
        if (alongside is not null)
        {
            await alongside(document, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        await writing.CompleteAsync();
        return document;
    }

    /// <summary>Deletes a run. The end of the row is the commit point; the document goes right after it.</summary>
    public async Task<Outcome<RunId>> DeleteAsync(RunId id, CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken) || await db.Runs.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row)
        {
            return new NotFound();
        }

        var path = RunFiles.PathOf(row);
        var intent = await intents.BeginAsync(workspace, IntentKind, [new IntentWrite(path, id.Value, row.Version, row.Hash)], null, cancellationToken);
        await db.RunResults.Where(result => result.RunId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Runs.Where(run => run.Id == id).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await blobs.DeleteAsync([path], CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return id;
    }
}
