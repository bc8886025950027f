using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Datasets.Cloning;

/// <summary>
/// Clones turns of sessions into a dataset as items that stay connected to their messages. However many sessions there are, memory holds one of them; every so many
/// items are one version, so that a clone that ends in the middle has lost little and goes on from there. A turn that is in the dataset already is counted, not cloned.
/// </summary>
public sealed class SessionCloning(ItemWriting writing, DatasetDirectory datasets, IServiceScopeFactory scopes, Tenant tenant, Limits limits)
{
    /// <summary>Items of one version. A session is never cut, so there may be some more.</summary>
    internal const int ItemsOfVersion = 20_000;

    /// <summary>Clones from the beginning.</summary>
    public Task<Outcome<CloneResult>> CloneAsync(DatasetId dataset, CloneOrder order, CancellationToken cancellationToken) =>
        CloneAsync(dataset, order, null, ItemsOfVersion, null, null, cancellationToken);

    /// <summary>Clones, or goes on with it.</summary>
    /// <param name="from">Where a clone that was interrupted stood; null to begin.</param>
    /// <param name="enough">Items of one version.</param>
    /// <param name="progress">Hears how many sessions have been read.</param>
    /// <param name="alongside">Runs in the transaction of each version: a job saves there where it stands.</param>
    /// <param name="cancellationToken">Cancels; versions that are made stay.</param>
    internal async Task<Outcome<CloneResult>> CloneAsync(
        DatasetId dataset,
        CloneOrder order,
        CloneProgress? from,
        int enough,
        Func<long, CancellationToken, Task>? progress,
        Func<CloneProgress, CancellationToken, Task>? alongside,
        CancellationToken cancellationToken)
    {
        if (await datasets.FindAsync(dataset, cancellationToken) is not { } view)
        {
            return new NotFound();
        }

        var done = from?.Result ?? new CloneResult { VersionBefore = view.Row.Version, Version = view.Row.Version };
        var position = from?.Position;
        while (true)
        {
            var turns = new SessionTurns(scopes, tenant, dataset, order, position, enough, limits.HistoryBytes);
            var before = done;
            var options = new ItemWriteOptions
            {
                Section = order.Section,
                Summary = made => $"{ItemTally.Count(made.Created)} cloned from {(turns.Read.Sessions == 1 ? "a session" : $"{turns.Read.Sessions:N0} sessions")}",
                Alongside = alongside is null ? null : (made, token) => alongside(new CloneProgress(turns.Position, Sum(before, turns.Read, made), turns.IsAtEnd), token),
            };
            var outcome = await writing.WriteAsync(
                dataset, turns.ReadAsync(progress is null ? null : (sessions, token) => progress(before.Sessions + sessions, token), cancellationToken), options, cancellationToken);
            if (!outcome.Succeeded(out var written, out var failure))
            {
                return failure;
            }

            done = Sum(before, turns.Read, written);
            if (turns.IsAtEnd)
            {
                return done;
            }

            position = turns.Position;
        }
    }

    /// <summary>What was read is what was written, but for turns that somebody else cloned in the same moment.</summary>
    private static CloneResult Sum(CloneResult before, CloneResult read, ItemWriteResult written) => before with
    {
        Sessions = before.Sessions + read.Sessions,
        Created = before.Created + written.Created,
        Duplicates = before.Duplicates + read.Duplicates + written.Duplicates,
        WithoutOutput = before.WithoutOutput + read.WithoutOutput,
        WithoutInput = before.WithoutInput + read.WithoutInput,
        HistoryOmitted = before.HistoryOmitted + read.HistoryOmitted,
        Version = written.Version,
    };
}

/// <summary>Where a clone stands.</summary>
/// <param name="Position">Behind the last session whose items are in the dataset.</param>
/// <param name="Result">So far.</param>
/// <param name="IsAtEnd">All sessions are done.</param>
internal sealed record CloneProgress(SessionPosition? Position, CloneResult Result, bool IsAtEnd);
