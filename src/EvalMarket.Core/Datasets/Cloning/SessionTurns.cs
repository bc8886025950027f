using System.Runtime.CompilerServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Datasets.Cloning;

/// <summary>
/// Reads the turns of sessions as items, from a place on, until there are enough for one version of a dataset. Has a scope of its own: who writes the items is in
/// the middle of a transaction meanwhile. Memory holds one session.
/// </summary>
internal sealed class SessionTurns(IServiceScopeFactory scopes, Tenant tenant, DatasetId dataset, CloneOrder order, SessionPosition? start, int enough, int historyBytes)
{
    private const int PageSize = 200;

    private readonly Func<Message, bool>? wanted = order.Turn is { } turn ? message => message.Id == turn
        : order.Messages is { IsEmpty: false } filter ? filter.ToPredicate()
        : null;

    /// <summary>What was read so far; created counts what will be.</summary>
    public CloneResult Read { get; private set; } = new();

    /// <summary>Behind the last session that was read whole.</summary>
    public SessionPosition? Position { get; private set; } = start;

    /// <summary>There are no more sessions.</summary>
    public bool IsAtEnd { get; private set; }

    public async IAsyncEnumerable<ItemWrite> ReadAsync(Func<long, CancellationToken, Task>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(tenant.Required, tenant.Actor);
        var db = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        var files = scope.ServiceProvider.GetRequiredService<SessionFiles>();
        var given = 0;
        while (true)
        {
            var page = await db.Where(order.Sessions).AfterInTime(Position).Take(PageSize).AsNoTracking().ToListAsync(cancellationToken);
            foreach (var row in page)
            {
                foreach (var item in await NewItemsAsync(db, files, row, cancellationToken))
                {
                    given++;
                    yield return item;
                }

                Position = new SessionPosition(row.CreatedAt, row.Id);
                Read = Read with { Sessions = Read.Sessions + 1 };
                if (given >= enough)
                {
                    yield break;
                }
            }

            if (page.Count < PageSize)
            {
                IsAtEnd = true;
                yield break;
            }

            if (progress is not null)
            {
                await progress(Read.Sessions, cancellationToken);
            }
        }
    }

    /// <summary>The items of a session that the dataset does not have.</summary>
    private async Task<IReadOnlyList<ItemWrite>> NewItemsAsync(EvalMarketDbContext db, SessionFiles files, SessionRow row, CancellationToken cancellationToken)
    {
        if (await MessagesAsync(db, files, row, cancellationToken) is not { } messages)
        {
            return [];
        }

        var items = SessionItems.Of(row.Id, messages, wanted, historyBytes).ToList();
        var writes = items.ConvertAll(item => new ItemWrite { Item = item.Item, Origin = ItemOrigin.Clone, SectionName = order.SectionName, SkipsKnownSource = true });
        var known = await new ItemLookup(db).ClonedAsync(dataset, writes, cancellationToken);
        var fresh = items.Index().Where(item => !known.Contains(item.Item.Item.Source!.MessageIds[0])).ToList();
        Read = Read with
        {
            Created = Read.Created + fresh.Count,
            Duplicates = Read.Duplicates + (items.Count - fresh.Count),
            WithoutOutput = Read.WithoutOutput + fresh.Count(item => item.Item.Item.Output.Length == 0),
            WithoutInput = Read.WithoutInput + (wanted is null ? SessionItems.CountWithoutInput(messages) : 0),
            HistoryOmitted = Read.HistoryOmitted + fresh.Count(item => item.Item.HistoryOmitted > 0),
        };
        return [.. fresh.Select(item => writes[item.Index])];
    }

    /// <summary>With the comments and tags that were put on them here; null when the session is gone meanwhile.</summary>
    private static async Task<List<Message>?> MessagesAsync(EvalMarketDbContext db, SessionFiles files, SessionRow row, CancellationToken cancellationToken)
    {
        var id = row.Id;
        var annotations = (await db.MessageAnnotations.AsNoTracking().Where(annotation => annotation.SessionId == id).OrderBy(annotation => annotation.Sequence)
            .ToListAsync(cancellationToken)).ToLookup(annotation => annotation.MessageId);
        var messages = new List<Message>(row.MessageCount);
        try
        {
            await foreach (var message in files.ReadMessagesAsync(row, cancellationToken))
            {
                // Tool calls, their results, reasoning and pictures are no part of an item.
                messages.Add(SessionStore.Annotate(message with { Parts = [] }, annotations[message.Id!.Value]));
            }

            return messages;
        }
        catch (StorageException exception) when (exception.Failure == StorageFailure.Missing)
        {
            // An import or a deletion has replaced it since the row was read.
            var now = await db.Sessions.AsNoTracking().FirstOrDefaultAsync(other => other.Id == id, cancellationToken);
            return now is null ? null : now.Version == row.Version ? throw new StorageException(StorageFailure.Missing, exception.Message) : await MessagesAsync(db, files, now, cancellationToken);
        }
    }
}
