using System.Collections.Concurrent;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>
/// Numbers that were counted, for as long as they are right: every change of a workspace's content raises its revision
/// (<see cref="Data.EvalMarketDbContext.LockWorkspaceAsync"/>), so what was counted under the revision that still is need not be counted again.
/// </summary>
public sealed class SessionCountMemory
{
    private const int MostWorkspaces = 1_000;

    private const int MostAnswers = 500;

    private readonly ConcurrentDictionary<string, Answers> workspaces = new(StringComparer.Ordinal);

    /// <summary>The answer that is known, or else the one that is counted now.</summary>
    /// <param name="revision">Read before counting: what is counted is of this revision or a later one.</param>
    /// <param name="question">What is counted.</param>
    public async Task<T> AskAsync<T>(string workspace, long revision, string question, Func<Task<T>> count)
        where T : notnull
    {
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
