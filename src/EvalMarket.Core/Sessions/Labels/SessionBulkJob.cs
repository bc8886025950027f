using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Lists;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>A change of labels, or taking one back, that is too large for a request: still one step, all or nothing, with progress on the way.</summary>
public sealed class SessionBulkJob(JobQueue queue, SessionLabels labels, SessionDirectory directory, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "session_bulk";

    /// <summary>More sessions than this are a job where a person asked for the change.</summary>
    public const int RequestSessions = 20_000;

    string IJobHandler.Kind => JobKind;

    public async Task<Job> EnqueueAsync(SessionFilter filter, LabelChange change, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var payload = JsonSerializer.Serialize(
            new BulkPayload(filter, LabelLogLine.Of(change, [], now, "")), SessionBulkJson.Default.BulkPayload);
        var total = await directory.CountAsync(filter, cancellationToken);
        return await queue.EnqueueAsync(JobQueue.NewId(clock), JobKind, $"Labelling of {total:N0} sessions", payload, total, cancellationToken);
    }

    /// <summary>Takes a change back.</summary>
    public Task<Job> EnqueueUndoAsync(LabelChangeOverview change, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Serialize(
            new BulkPayload(SessionFilter.All, new LabelLogLine { At = clock.GetUtcNow(), By = "", Undo = change.Number }), SessionBulkJson.Default.BulkPayload);
        return queue.EnqueueAsync(JobQueue.NewId(clock), JobKind, $"Undo of a change of {change.Sessions:N0} sessions", payload, change.Sessions, cancellationToken);
    }

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Deserialize(run.Payload, SessionBulkJson.Default.BulkPayload)!;
        if (payload.Change.Undo is { } undone)
        {
            var undo = await labels.UndoAsync(undone, (done, token) => run.ReportAsync(done, null, token), cancellationToken);
            return undo.Succeeded(out var restored, out var refused)
                ? new JobEnd(JsonSerializer.Serialize(new BulkResult(restored.Restored) { Kept = restored.Kept }, SessionBulkJson.Default.BulkResult))
                : new JobEnd(null, refused);
        }

        var total = await directory.CountAsync(payload.Filter, cancellationToken);
        var outcome = await labels.ChangeAsync(
            payload.Filter, payload.Change.ToChange(), (done, token) => run.ReportAsync(done, total, token), cancellationToken);
        return outcome.Succeeded(out var changed, out var failure)
            ? new JobEnd(JsonSerializer.Serialize(new BulkResult(changed), SessionBulkJson.Default.BulkResult))
            : new JobEnd(null, failure);
    }
}

/// <summary>The answer of a bulk change.</summary>
/// <param name="Changed">Sessions that are different now.</param>
public sealed record BulkResult(int Changed)
{
    /// <summary>Where a change was taken back: sessions that somebody else has changed since, which stay.</summary>
    public int? Kept { get; init; }
}

internal sealed record BulkPayload(SessionFilter Filter, LabelLogLine Change);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(EvalStatusJsonConverter)])]
[JsonSerializable(typeof(BulkPayload))]
[JsonSerializable(typeof(BulkResult))]
internal sealed partial class SessionBulkJson : JsonSerializerContext;
