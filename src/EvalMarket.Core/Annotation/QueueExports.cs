using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Annotation;

/// <summary>What was said in a queue and what came out, as a file: streamed, from one state of the database. Of a blind queue only what the caller may see goes out.</summary>
public sealed class QueueExports(EvalMarketDbContext db, QueueDirectory directory)
{
    private const int PageSize = 500;

    public static IReadOnlyList<string> Formats { get; } = [QueueCsv.Format, QueueJsonLines.Format];

    /// <summary>Writes all sessions of a queue, in its order.</summary>
    /// <param name="queue">Which.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Where to; the caller completes it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task WriteAsync(QueueRow queue, string format, PipeWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(output);
        await using var snapshot = await db.Database.BeginTransactionAsync(db.Snapshot, cancellationToken);
        if (format == QueueCsv.Format)
        {
            QueueCsv.WriteHead(output);
        }

        await foreach (var record in ReadAsync(queue, cancellationToken))
        {
            if (format == QueueCsv.Format)
            {
                QueueCsv.Write(output, record);
            }
            else
            {
                QueueJsonLines.Write(output, record);
            }

            await output.FlushAsync(cancellationToken);
        }
    }

    private async IAsyncEnumerable<QueueExportRecord> ReadAsync(QueueRow queue, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        QueuePlace? after = null;
        do
        {
            var (page, next) = await directory.ListItemsAsync(queue.Id, QueueItemFilter.All, after, PageSize, cancellationToken);
            var ids = page.Select(entry => entry.Item.SessionId).ToList();
            var said = (await directory.Visible(queue).Where(row => ids.Contains(row.SessionId)).OrderBy(row => row.Sequence).ToListAsync(cancellationToken))
                .ToLookup(row => row.SessionId);
            foreach (var (item, session) in page)
            {
                yield return new QueueExportRecord(
                    item,
                    session,
                    [.. said[item.SessionId]],
                    item.Result is { } json ? JsonSerializer.Deserialize(json, QueueJson.Compact.QueueResult) : null);
            }

            after = next;
        }
        while (after is not null);
    }
}

/// <summary>A session of a queue as it goes out.</summary>
/// <param name="Said">Reviews and skips that may be seen.</param>
internal sealed record QueueExportRecord(QueueItemRow Item, Sessions.SessionRow Session, IReadOnlyList<QueueReviewRow> Said, QueueResult? Result);
