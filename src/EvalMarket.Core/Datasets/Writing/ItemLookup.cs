using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>Asks the index which items of a stream are there already.</summary>
internal sealed class ItemLookup(EvalMarketDbContext db)
{
    /// <summary>Where items are that have the ids of these.</summary>
    public async Task<Dictionary<ItemId, (long Chunk, int Line)>> KnownAsync(DatasetId dataset, IReadOnlyList<ItemWrite> writes, CancellationToken cancellationToken) =>
        await PlacesAsync(dataset, [.. writes.Select(write => write.Item!.Id).OfType<ItemId>()], cancellationToken);

    /// <summary>Where items are.</summary>
    public async Task<Dictionary<ItemId, (long Chunk, int Line)>> PlacesAsync(DatasetId dataset, IReadOnlyList<ItemId> ids, CancellationToken cancellationToken) => ids.Count == 0
        ? []
        : (await db.DatasetItems.Where(row => row.DatasetId == dataset && ids.Contains(row.Id)).Select(row => new { row.Id, row.Chunk, row.Line }).ToListAsync(cancellationToken))
            .ToDictionary(row => row.Id, row => (row.Chunk, row.Line));

    /// <summary>Which of the messages that these come from items are connected to already.</summary>
    public async Task<HashSet<MessageId>> ClonedAsync(DatasetId dataset, IReadOnlyList<ItemWrite> writes, CancellationToken cancellationToken)
    {
        var messages = writes.Where(write => write.SkipsKnownSource && write.Item!.Source is { MessageIds.Count: > 0 }).Select(write => write.Item!.Source!.MessageIds[0]).ToList();
        return messages.Count == 0
            ? []
            : [.. await db.DatasetItemMessages.Where(row => row.DatasetId == dataset && messages.Contains(row.MessageId)).Select(row => row.MessageId).ToListAsync(cancellationToken)];
    }
}
