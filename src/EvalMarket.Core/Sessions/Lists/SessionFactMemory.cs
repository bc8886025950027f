using System.Collections.Concurrent;
using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>
/// The facts of workspaces' sessions, read once and then kept up to date: each row says in which revision of its workspace it last changed
/// (<see cref="SessionRow.Revision"/>), so after a change only what has changed is read again, whichever process has changed it.
/// </summary>
public sealed class SessionFactMemory(TimeProvider clock)
{
    /// <summary>Sessions of one workspace up to which its facts are kept; beyond, the database counts.</summary>
    private const int MostOfOne = 500_000;

    /// <summary>Sessions of all workspaces together: about 150 MB.</summary>
    private const int MostOfAll = 1_500_000;

    /// <summary>What was deleted longer ago is not written down any more.</summary>
    internal static readonly TimeSpan DeletionsKept = TimeSpan.FromDays(2);

    private readonly ConcurrentDictionary<(string Slug, DateTimeOffset CreatedAt), Entry> workspaces = new();

    /// <summary>The facts as they are now; null where they are not kept and the database has to count.</summary>
    internal async Task<SessionFacts?> OfAsync(EvalMarketDbContext db, CancellationToken cancellationToken)
    {
        // Within a transaction there may be changes that will never have been.
        if (db.Tenant.Workspace is not { } workspace || db.Database.CurrentTransaction is not null)
        {
            return null;
        }

        // Read before the rows: what they say is of this revision or a later one, and the later ones are read once more the next time.
        if (await db.Workspaces.Where(row => row.Slug == workspace).Select(row => new { row.CreatedAt, row.Revision }).FirstOrDefaultAsync(cancellationToken) is not { } state)
        {
            return null;
        }

        // Somebody may make a workspace under the address of one that was deleted.
        var (key, revision) = ((workspace, state.CreatedAt), state.Revision);
        var entry = workspaces.GetOrAdd(key, _ => new Entry());
        var now = clock.GetUtcNow();
        entry.UsedAt = now;
        if (entry.Revision == revision && entry.ReadAt > now - DeletionsKept / 2)
        {
            return entry.Facts;
        }

        await entry.Reading.WaitAsync(cancellationToken);
        try
        {
            if (entry.Revision < revision || entry.ReadAt <= now - DeletionsKept / 2)
            {
                await ReadAsync(db, entry, revision, now, cancellationToken);
                Forget(key);
            }

            return entry.Facts;
        }
        finally
        {
            entry.Reading.Release();
        }
    }

    private static async Task ReadAsync(EvalMarketDbContext db, Entry entry, long revision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isStale = entry.ReadAt <= now - DeletionsKept / 2;
        var facts = isStale ? null : entry.Facts;
        // One that was too large is looked at again when its turn to be read anew has come.
        if (facts is null && entry.IsTooLarge && !isStale)
        {
            entry.Revision = revision;
            return;
        }

        var known = facts is null ? -1 : entry.Revision;
        facts ??= new SessionFacts();
        var gone = known < 0 ? [] : await db.SessionDeletions.Where(row => row.Revision > known).Select(row => row.SessionId).ToListAsync(cancellationToken);
        var changed = await db.Sessions.Where(row => row.Revision > known)
            .OrderBy(row => row.Id)
            .Select(row => new SessionFact(row.Id, row.CreatedAt, row.Source, row.Author, row.Project, row.Model, row.ImportJob, row.EvalReady, row.EvalStatus))
            .Take(MostOfOne + 1)
            .ToListAsync(cancellationToken);
        var tags = changed.Count == 0 ? [] : await db.Sessions.Where(row => row.Revision > known)
            .SelectMany(row => row.Tags, (row, tag) => new { row.Id, tag.Tag })
            .ToListAsync(cancellationToken);
        facts.Apply(gone, changed, tags.ToLookup(tag => tag.Id, tag => tag.Tag));
        entry.IsTooLarge = facts.Count > MostOfOne;
        entry.Facts = entry.IsTooLarge ? null : facts;
        entry.Revision = revision;
        entry.ReadAt = now;
    }

    /// <summary>Lets go of the workspaces that were asked about least lately, until what is kept is within bounds.</summary>
    private void Forget((string Slug, DateTimeOffset CreatedAt) except)
    {
        var entries = workspaces.ToArray();
        var total = entries.Sum(entry => (long)(entry.Value.Facts?.Count ?? 0));
        foreach (var (workspace, entry) in entries.Where(entry => entry.Key != except).OrderBy(entry => entry.Value.UsedAt))
        {
            if (total <= MostOfAll)
            {
                break;
            }

            total -= entry.Facts?.Count ?? 0;
            workspaces.TryRemove(workspace, out _);
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Reading { get; } = new(1, 1);

        public SessionFacts? Facts { get; set; }

        public bool IsTooLarge { get; set; }

        public long Revision { get; set; } = -1;

        public DateTimeOffset ReadAt { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset UsedAt { get; set; }
    }
}
