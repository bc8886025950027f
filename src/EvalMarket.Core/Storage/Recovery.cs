namespace EvalMarket.Core.Storage;

/// <summary>At start, finishes or undoes every change that a crash left behind.</summary>
public sealed class Recovery(IntentLog log, IEnumerable<IIntentRecovery> handlers)
{
    /// <summary>Goes through all intents. One that fails does not keep the others from being recovered.</summary>
    public async Task<RecoveryReport> RunAsync(CancellationToken cancellationToken)
    {
        var byKind = handlers.ToDictionary(handler => handler.Kind, StringComparer.Ordinal);
        var (recovered, held) = (0, 0);
        var problems = new List<RecoveryProblem>();
        await foreach (var path in log.ListPathsAsync(workspace: null, cancellationToken))
        {
            try
            {
                if (await log.ReadAsync(path, cancellationToken) is not { } intent)
                    continue;
                if (!log.IsAbandoned(intent))
                {
                    held++;
                    continue;
                }

                // Without writes there is nothing to finish or undo, whatever its kind.
                if (intent.Writes.Count > 0)
                {
                    if (!byKind.TryGetValue(intent.Kind, out var handler))
                    {
                        problems.Add(new RecoveryProblem(path, $"No part of this app handles changes of the kind '{intent.Kind}'. The version that began it does: start that one once.", null));
                        continue;
                    }

                    await handler.RecoverAsync(intent, cancellationToken);
                }

                await log.CompleteAsync(intent, cancellationToken);
                recovered++;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                problems.Add(new RecoveryProblem(path, e.Message, e));
            }
        }

        return new RecoveryReport(recovered, held, problems);
    }
}

/// <summary>What recovery found.</summary>
/// <param name="Recovered">Changes finished or undone.</param>
/// <param name="Held">Changes that another process still works at.</param>
/// <param name="Problems">Changes that are left as they are, for a person to see and for the next start.</param>
public sealed record RecoveryReport(int Recovered, int Held, IReadOnlyList<RecoveryProblem> Problems);

/// <summary>A change that could not be recovered.</summary>
public sealed record RecoveryProblem(BlobPath Intent, string Reason, Exception? Exception);
