using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions;

/// <summary>
/// Folds the label logs of a workspace, so that they stay few: the state of every labelled session and every remark, as lines of one file
/// that stands for all logs before it.
/// </summary>
public sealed class LabelFolding(EvalMarketDbContext db, LabelLog log)
{
    private const int PageSize = 1_000;

    /// <summary>Folds when more than <paramref name="threshold"/> logs have come since the last fold.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> FoldAsync(long threshold, CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
        {
            return false;
        }

        var sequence = await db.Workspaces.Where(row => row.Slug == workspace).Select(row => row.LabelSequence).SingleAsync(cancellationToken);
        if (await log.CountAsync(workspace, cancellationToken) <= threshold)
        {
            return false;
        }

        await log.FoldAsync(workspace, sequence, LinesAsync(cancellationToken), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Formats.Ids.SessionId? after = null;
        while (true)
        {
            var page = await db.Sessions.AsNoTracking()
                .Where(row => after == null || row.Id > after.Value)
                .OrderBy(row => row.Id)
                .Take(PageSize)
                .Include(row => row.Tags.OrderBy(tag => tag.Ordinal)).AsSplitQuery()
                .ToListAsync(cancellationToken);
            foreach (var row in page)
            {
                var state = SessionContent.LabelsOf(row);
                yield return ToLine(new LabelLogLine { At = row.ReviewedAt ?? row.ImportedAt, By = row.ReviewedBy ?? "", Id = row.Id, State = state });
            }

            if (page.Count < PageSize)
            {
                break;
            }

            after = page[^1].Id;
        }

        await foreach (var remark in db.MessageAnnotations.AsNoTracking()
            .OrderBy(row => row.SessionId).ThenBy(row => row.MessageId).ThenBy(row => row.Sequence)
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return ToLine(new LabelLogLine
            {
                At = remark.CreatedAt,
                By = remark.Author,
                Id = remark.SessionId,
                MessageId = remark.MessageId,
                Comment = remark.Kind == MessageAnnotationKind.Comment ? remark.Text : null,
                Tag = remark.Kind == MessageAnnotationKind.Tag ? remark.Text : null,
                Sequence = remark.Sequence,
            });
        }
    }

    private static byte[] ToLine(LabelLogLine line) => JsonSerializer.SerializeToUtf8Bytes(line, SessionJsonContext.Compact.LabelLogLine);
}
