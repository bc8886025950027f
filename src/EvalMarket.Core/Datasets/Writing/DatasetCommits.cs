using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>
/// Makes versions: a change is an edit of the newest version's draft, under the workspace's lock. Every change that changes something is one version, all of it
/// or nothing.
/// </summary>
public sealed class DatasetCommits(EvalMarketDbContext db, IBlobStore blobs, DatasetFiles files, DatasetLayouts layouts, IntentLog intents, TimeProvider clock)
{
    public const string IntentKind = "datasets";

    /// <summary>Makes the first version.</summary>
    internal async Task<Outcome<DatasetVersionRow>> CreateAsync(DatasetRow row, IReadOnlyList<DraftSection> sections, string summary, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(row.Workspace, cancellationToken))
        {
            return new NotFound();
        }

        var change = new DatasetTransaction(db, blobs, files, intents, clock, new DatasetDraft(row, [.. sections]), null);
        var version = await change.FinishAsync(summary, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await change.CompleteAsync();
        return version;
    }

    /// <summary>Makes the next version.</summary>
    /// <param name="id">The dataset.</param>
    /// <param name="edit">Changes the draft; a failure ends it without a trace. What changes nothing makes no version.</param>
    /// <param name="summary">One line that says what changed; asked for after the edit.</param>
    /// <param name="alongside">Runs in the same transaction, right before the commit: a job saves its progress here.</param>
    /// <param name="cancellationToken">Cancels; nothing is committed.</param>
    /// <returns>The newest version, which is the one that was there when nothing changed.</returns>
    internal async Task<Outcome<DatasetVersionRow>> ChangeAsync(
        DatasetId id,
        Func<DatasetTransaction, CancellationToken, Task<Failure?>> edit,
        Func<DatasetDraft, string> summary,
        Func<DatasetVersionRow, CancellationToken, Task>? alongside,
        CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        return await ChangeAsync(id, null, edit, summary, alongside, cancellationToken);
    }

    /// <summary>The same within a transaction that has begun, with an intent that has announced what was written before.</summary>
    internal async Task<Outcome<DatasetVersionRow>> ChangeAsync(
        DatasetId id,
        Intent? intent,
        Func<DatasetTransaction, CancellationToken, Task<Failure?>> edit,
        Func<DatasetDraft, string> summary,
        Func<DatasetVersionRow, CancellationToken, Task>? alongside,
        CancellationToken cancellationToken)
    {
        var transaction = db.Database.CurrentTransaction!;
        if (!await db.LockWorkspaceAsync(db.Tenant.Required, cancellationToken) || await OpenAsync(id, cancellationToken) is not { } draft)
        {
            return new NotFound();
        }

        var change = new DatasetTransaction(db, blobs, files, intents, clock, draft, intent);
        if (await edit(change, cancellationToken) is { } failure)
        {
            return failure;
        }

        if (!draft.IsChanged)
        {
            var version = await db.DatasetVersions.AsNoTracking().SingleAsync(row => row.DatasetId == id && row.Version == draft.Row.Version, cancellationToken);
            if (alongside is not null)
            {
                await alongside(version, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return version;
        }

        var made = await change.FinishAsync(summary(draft), cancellationToken);
        if (alongside is not null)
        {
            await alongside(made, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        layouts.Keep(draft.ToLayout(), db);
        await change.CompleteAsync();
        return made;
    }

    /// <summary>The draft of the next version; null when there is no such dataset.</summary>
    private async Task<DatasetDraft?> OpenAsync(DatasetId id, CancellationToken cancellationToken)
    {
        if (await db.Datasets.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id && row.DeletedAt == null, cancellationToken) is not { } row)
        {
            return null;
        }

        var sections = await db.DatasetSections.AsNoTracking().Where(section => section.DatasetId == id).OrderBy(section => section.Ordinal)
            .Select(section => new DraftSection(section.Id, section.Name)).ToListAsync(cancellationToken);
        var byId = sections.ToDictionary(section => section.Id);
        if (layouts.Known(row) is { } layout)
        {
            // The rows of two thousand chunks need not be read for every edit.
            foreach (var chunk in layout.Chunks)
            {
                var section = byId[chunk.Section];
                section.Chunks.Add(new DraftChunk(chunk.Number, section) { Rank = chunk.Rank, Indexed = (chunk.Section, chunk.Rank), Reference = chunk.Reference, Summary = chunk.Summary });
            }

            return new DatasetDraft(row, sections);
        }

        foreach (var chunk in await db.DatasetChunks.AsNoTracking().Where(chunk => chunk.DatasetId == id).OrderBy(chunk => chunk.Rank).ToListAsync(cancellationToken))
        {
            if (byId.TryGetValue(chunk.SectionId, out var section))
            {
                section.Chunks.Add(DraftChunk.Of(chunk, section));
            }
        }

        return new DatasetDraft(row, sections);
    }
}
