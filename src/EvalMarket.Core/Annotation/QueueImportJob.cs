using System.Text.Json;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Annotation;

/// <summary>An import into a queue that is too large for a request: still one step, with progress on the way.</summary>
public sealed class QueueImportJob(JobQueue queue, QueueImport import, SessionDirectory directory, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "queue_import";

    /// <summary>More sessions than this are a job where a person asked for them.</summary>
    public const int RequestSessions = 5_000;

    string IJobHandler.Kind => JobKind;

    public async Task<Job> EnqueueAsync(QueueRow into, SessionFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        var total = await directory.CountAsync(filter, cancellationToken);
        var payload = JsonSerializer.Serialize(new QueueImportPayload(into.Id, filter), QueueJson.Compact.QueueImportPayload);
        return await queue.EnqueueAsync(JobQueue.NewId(clock), JobKind, $"{total:N0} sessions into “{into.Name}”", payload, total, cancellationToken);
    }

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var payload = JsonSerializer.Deserialize(run.Payload, QueueJson.Compact.QueueImportPayload)!;
        var total = await directory.CountAsync(payload.Filter, cancellationToken);
        var outcome = await import.AddAsync(payload.Queue, payload.Filter, (done, token) => run.ReportAsync(done, total, token), cancellationToken);
        return outcome.Succeeded(out var result, out var failure)
            ? new JobEnd(JsonSerializer.Serialize(result, QueueJson.Compact.QueueImportResult))
            : new JobEnd(null, failure);
    }
}

internal sealed record QueueImportPayload(QueueId Queue, SessionFilter Filter);
