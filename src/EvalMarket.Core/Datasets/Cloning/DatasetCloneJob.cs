using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Cloning;

/// <summary>A clone of many sessions, with progress. After a restart it goes on where it stood; cancelled, it leaves the versions that it has made.</summary>
public sealed class DatasetCloneJob(JobQueue queue, SessionCloning cloning, SessionDirectory directory, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "dataset_clone";

    /// <summary>More sessions than this are a job where a person asked for it.</summary>
    public const int RequestSessions = 500;

    string IJobHandler.Kind => JobKind;

    public async Task<Job> EnqueueAsync(DatasetId dataset, string name, CloneOrder order, CancellationToken cancellationToken)
    {
        var total = await directory.CountAsync(order.Sessions, cancellationToken);
        return await queue.EnqueueAsync(
            JobQueue.NewId(clock), JobKind, $"{(total == 1 ? "A session" : $"{total:N0} sessions")} into “{SessionIndexing.OneLine(name, 100)}”", JsonSerializer.Serialize(new ClonePayload(dataset, order), DatasetCloneJson.Default.ClonePayload), total, cancellationToken);
    }

    /// <summary>The dataset of a job.</summary>
    public static DatasetId? DatasetOf(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Kind == JobKind ? JsonSerializer.Deserialize(job.Payload, DatasetCloneJson.Default.ClonePayload)!.Dataset : null;
    }

    /// <summary>What a job has done; null before its end.</summary>
    public static CloneResult? ResultOf(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job is { Kind: JobKind, Result: { } json } ? JsonSerializer.Deserialize(json, DatasetCloneJson.Default.CloneResult) : null;
    }

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Deserialize(run.Payload, DatasetCloneJson.Default.ClonePayload)!;
        var from = run.Checkpoint is { } saved ? JsonSerializer.Deserialize(saved, DatasetCloneJson.Default.CloneCheckpoint)! : null;
        if (from is { IsAtEnd: true })
        {
            return End(from.Result);
        }

        var total = await directory.CountAsync(payload.Order.Sessions, cancellationToken);
        var outcome = await cloning.CloneAsync(
            payload.Dataset,
            payload.Order,
            from?.ToProgress(),
            SessionCloning.ItemsOfVersion,
            (sessions, token) => run.ReportAsync(sessions, Math.Max(total, sessions), token),
            (progress, token) => run.SaveAsync(
                progress.Result.Sessions, Math.Max(total, progress.Result.Sessions), JsonSerializer.Serialize(CloneCheckpoint.Of(progress), DatasetCloneJson.Default.CloneCheckpoint), token),
            cancellationToken);
        return outcome.Succeeded(out var result, out var failure) ? End(result) : new JobEnd(null, failure);
    }

    private static JobEnd End(CloneResult result) => new(result.ToJson());
}

internal sealed record ClonePayload(DatasetId Dataset, CloneOrder Order);

/// <summary><see cref="CloneProgress"/> as it is saved.</summary>
internal sealed record CloneCheckpoint(DateTimeOffset? After, SessionId? AfterId, CloneResult Result, bool IsAtEnd)
{
    public static CloneCheckpoint Of(CloneProgress progress) => new(progress.Position?.CreatedAt, progress.Position?.Id, progress.Result, progress.IsAtEnd);

    public CloneProgress ToProgress() => new(After is { } at && AfterId is { } id ? new SessionPosition(at, id) : null, Result, IsAtEnd);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(EvalStatusJsonConverter)])]
[JsonSerializable(typeof(ClonePayload))]
[JsonSerializable(typeof(CloneCheckpoint))]
[JsonSerializable(typeof(CloneResult))]
internal sealed partial class DatasetCloneJson : JsonSerializerContext;
