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
        return await EnqueueAsync(into, new QueueImportPayload(into.Id, filter, null), total, cancellationToken);
    }

    /// <summary>Adds the sessions that a dataset's items are linked to.</summary>
    public async Task<Job> EnqueueLinkedAsync(QueueRow into, QueueSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        var (total, _) = await import.CountLinkedAsync(source, cancellationToken);
        return await EnqueueAsync(into, new QueueImportPayload(into.Id, SessionFilter.All, source), total, cancellationToken);
    }

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var payload = JsonSerializer.Deserialize(run.Payload, QueueJson.Compact.QueueImportPayload)!;
        var total = payload.Source is { } source ? (await import.CountLinkedAsync(source, cancellationToken)).Sessions : await directory.CountAsync(payload.Filter, cancellationToken);
        Task Report(long done, CancellationToken token) => run.ReportAsync(done, total, token);
        var outcome = payload.Source is { } from
            ? await import.AddLinkedAsync(payload.Queue, from, Report, cancellationToken)
            : await import.AddAsync(payload.Queue, payload.Filter, Report, cancellationToken);
        return outcome.Succeeded(out var result, out var failure)
            ? new JobEnd(JsonSerializer.Serialize(result, QueueJson.Compact.QueueImportResult))
            : new JobEnd(null, failure);
    }

    private Task<Job> EnqueueAsync(QueueRow into, QueueImportPayload payload, long total, CancellationToken cancellationToken) => queue.EnqueueAsync(
        JobQueue.NewId(clock), JobKind, $"{total:N0} sessions into “{into.Name}”", JsonSerializer.Serialize(payload, QueueJson.Compact.QueueImportPayload), total, cancellationToken);
}

/// <summary>What is put into which queue.</summary>
/// <param name="Source">Whose sessions are added; the filter then says nothing.</param>
internal sealed record QueueImportPayload(QueueId Queue, SessionFilter Filter, QueueSource? Source);
