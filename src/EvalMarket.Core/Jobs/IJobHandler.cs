using EvalMarket.Formats;

namespace EvalMarket.Core.Jobs;

/// <summary>
/// Does the jobs of one kind, in a scope of its own that has entered the job's workspace. May be started again after a crash,
/// with the last checkpoint: what it does twice must be as if done once.
/// </summary>
public interface IJobHandler
{
    string Kind { get; }

    /// <summary>Throws <see cref="OperationCanceledException"/> when cancelled; what other exceptions say goes to the log, not to people.</summary>
    Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken);
}

/// <summary>How a job ended.</summary>
/// <param name="Result">JSON: the body that the synchronous answer would have had.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
public sealed record JobEnd(string? Result, Failure? Failure = null)
{
    /// <summary>The errors that the job's page and its API answer list.</summary>
    public IReadOnlyList<ContentError> Errors =>
        Failure is Invalid { Errors: { Count: > 0 } errors } ? errors
        : Failure is { } failure ? [new ContentError(failure.Message)]
        : [];
}
