using System.Collections.Concurrent;
using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>
/// Numbers that were counted, for as long as they are right: every change of a workspace's content raises its revision
/// (<see cref="EvalMarketDbContext.LockWorkspaceAsync"/>), so what was counted under the revision that still is need not be counted again.
/// </summary>
public sealed class SessionCountMemory
{
    private const int MostWorkspaces = 1_000;

    private const int MostAnswers = 500;

    private readonly ConcurrentDictionary<string, Answers> workspaces = new(StringComparer.Ordinal);

    /// <summary>The answer that is known, or else the one that is counted now.</summary>
    /// <param name="db">Of the workspace that is asked about.</param>
    /// <param name="question">What is counted, filter included.</param>
    /// <param name="count">Counts it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<T> AskAsync<T>(EvalMarketDbContext db, string question, Func<Task<T>> count, CancellationToken cancellationToken)
        where T : notnull
    {
        // Within a transaction there may be changes that will never have been.
        if (db.Tenant.Workspace is not { } workspace || db.Database.CurrentTransaction is not null)
        {
            return await count();
        }

        // Read before counting: what is counted is of this revision or a later one.
        var revision = await db.Workspaces.Where(row => row.Slug == workspace).Select(row => row.Revision).FirstOrDefaultAsync(cancellationToken);
        if (workspaces.TryGetValue(workspace, out var known) && known.Revision == revision && known.Known.TryGetValue(question, out var answer))
        {
            return (T)answer;
        }

        var counted = await count();
        Keep(workspace, revision, question, counted);
        return counted;
    }

    private void Keep(string workspace, long revision, string question, object answer)
    {
        if (workspaces.Count > MostWorkspaces)
        {
            workspaces.Clear();
        }

        var answers = workspaces.AddOrUpdate(
            workspace,
            (_, now) => new Answers(now),
            (_, there, now) => there.Revision >= now ? there : new Answers(now),
            revision);
        if (answers.Revision == revision && answers.Known.Count < MostAnswers)
        {
            answers.Known[question] = answer;
        }
    }

    private sealed class Answers(long revision)
    {
        public long Revision { get; } = revision;

        public ConcurrentDictionary<string, object> Known { get; } = new(StringComparer.Ordinal);
    }
}
