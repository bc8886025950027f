using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>
/// What is said about a dataset beside its versions, and is no version of its own: names and pins of versions, and that it was deleted. The file <c>marks.json</c>
/// holds it for the rebuilding of the index; the rows count.
/// </summary>
public sealed class DatasetMarking(EvalMarketDbContext db, IBlobStore blobs, IntentLog intents, TimeProvider clock)
{
    /// <summary>Names a version, or takes its name, and pins it or not; null leaves either. Named and pinned versions are kept.</summary>
    public Task<Outcome<DatasetVersionRow>> MarkAsync(DatasetId dataset, int version, string? name, bool? isPinned, CancellationToken cancellationToken) =>
        ChangeAsync<DatasetVersionRow>(dataset, async _ =>
        {
            if (await db.DatasetVersions.FirstOrDefaultAsync(row => row.DatasetId == dataset && row.Version == version, cancellationToken) is not { } row)
            {
                return new NotFound();
            }

            row.Name = name is null ? row.Name : name.Length == 0 ? null : name;
            row.IsPinned = isPinned ?? row.IsPinned;
            return row;
        }, isThere: true, cancellationToken);

    internal Task<Outcome<DatasetRow>> DeleteAsync(DatasetId dataset, bool isDeleted, CancellationToken cancellationToken) =>
        ChangeAsync<DatasetRow>(dataset, row =>
        {
            row.DeletedAt = isDeleted ? clock.GetUtcNow() : null;
            row.DeletedBy = isDeleted ? db.Tenant.Actor.Name : null;
            return Task.FromResult<Outcome<DatasetRow>>(row);
        }, isThere: isDeleted, cancellationToken);

    /// <summary>The file as the rows say it.</summary>
    internal static async Task<BlobContent?> MakeAsync(EvalMarketDbContext db, DatasetRow dataset, CancellationToken cancellationToken)
    {
        var id = dataset.Id;
        var versions = await db.DatasetVersions.Where(row => row.DatasetId == id && (row.Name != null || row.IsPinned)).OrderBy(row => row.Version)
            .Select(row => new VersionMark(row.Version, row.Name, row.IsPinned)).ToListAsync(cancellationToken);
        var marks = new DatasetMarks { Versions = versions, DeletedAt = dataset.DeletedAt, DeletedBy = dataset.DeletedBy };
        return marks.IsEmpty ? null : new BlobContent(DatasetFiles.MarksPath(dataset.Workspace, id), JsonSerializer.SerializeToUtf8Bytes(marks, DatasetJson.Default.DatasetMarks));
    }

    private async Task<Outcome<T>> ChangeAsync<T>(DatasetId id, Func<DatasetRow, Task<Outcome<T>>> change, bool isThere, CancellationToken cancellationToken)
        where T : notnull
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken)
            || await db.Datasets.FirstOrDefaultAsync(row => row.Id == id && (row.DeletedAt == null) == isThere, cancellationToken) is not { } row)
        {
            return new NotFound();
        }

        var outcome = await change(row);
        if (!outcome.Succeeded(out _, out var failure))
        {
            return failure;
        }

        var path = DatasetFiles.MarksPath(workspace, id);
        var intent = await intents.BeginAsync(workspace, DatasetCommits.IntentKind, [new IntentWrite(path, id.Value)], null, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        if (await MakeAsync(db, row, cancellationToken) is { } blob)
        {
            await blobs.PutAsync([blob], cancellationToken);
        }
        else
        {
            await blobs.DeleteAsync([path], cancellationToken);
        }

        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await intents.CompleteAsync(intent, CancellationToken.None);
        db.ChangeTracker.Clear();
        return outcome;
    }
}
