using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Jobs;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>What a job does with files that wait in the store.</summary>
/// <param name="Format">Of transcripts, when the sender says it; else it is detected.</param>
public sealed record ImportOrder(SessionUploadKind Kind, string? Format)
{
    /// <summary>The upload, where it is not the job's own.</summary>
    public JobId? Upload { get; init; }

    /// <summary>The files that were looked at before; others are not taken.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>Imports, as a job, what is too large for a request and what was looked at before.</summary>
public sealed class SessionImportJob(JobQueue queue, ImportStaging staging, SessionImport import, IOptions<Limits> limits, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "session_import";

    /// <summary>Source of a checkpoint after which there is nothing to read: the files may be gone.</summary>
    private const int Over = int.MaxValue;

    string IJobHandler.Kind => JobKind;

    /// <summary>The files are staged under it before there is a job.</summary>
    public JobId NewId() => JobQueue.NewId(clock);

    public Task<Job> EnqueueAsync(JobId job, ImportOrder order, StagedUpload upload, CancellationToken cancellationToken) => queue.EnqueueAsync(
        job, JobKind, TitleOf("Import", upload), JsonSerializer.Serialize(order, SessionImportJson.Default.ImportOrder), upload.Bytes, cancellationToken);

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var order = JsonSerializer.Deserialize(run.Payload, SessionImportJson.Default.ImportOrder)!;
        var checkpoint = run.Checkpoint is { } saved
            ? JsonSerializer.Deserialize(saved, SessionImportJson.Default.Checkpoint)!
            : new Checkpoint(0, 0, new SessionImportResult());
        if (checkpoint.Source == Over)
        {
            return await EndAsync(run, checkpoint.Result, cancellationToken);
        }

        var upload = await staging.ReadAsync(run.Id, cancellationToken);
        if (order.Fingerprint is { } fingerprint && fingerprint != upload.Fingerprint)
        {
            return new JobEnd(null, new Conflict("files_changed", "The uploaded files are not those that were looked at. Nothing was imported: upload them again."));
        }

        var meter = new ReadMeter();
        var sources = ImportSources.MeteredAsync(ImportSources.FindAsync(order, upload, staging, limits.Value, meter, cancellationToken), meter, cancellationToken);
        var outcome = await import.ImportAsync(
            // Whoever looked at the files before has seen what no reader takes.
            ImportSources.ReadAsync(sources, new ImportPosition(checkpoint.Source, checkpoint.Records), order.Fingerprint is null, cancellationToken),
            checkpoint.Result,
            run.Id,
            (sofar, position, token) => run.SaveAsync(
                Math.Min(meter.Done, upload.Bytes),
                upload.Bytes,
                JsonSerializer.Serialize(new Checkpoint(position.Source, position.Records, sofar), SessionImportJson.Default.Checkpoint),
                token),
            cancellationToken);
        if (!outcome.Succeeded(out var result, out var failure))
        {
            return new JobEnd(null, failure);
        }

        var end = JsonSerializer.Serialize(new Checkpoint(Over, 0, result), SessionImportJson.Default.Checkpoint);
        await run.SaveAsync(upload.Bytes, upload.Bytes, end, cancellationToken);
        return await EndAsync(run, result, cancellationToken);
    }

    private async Task<JobEnd> EndAsync(JobRun run, SessionImportResult result, CancellationToken cancellationToken)
    {
        await staging.DiscardAsync(run.Id, cancellationToken);
        return new JobEnd(result.ToJson(), result.NothingUsable());
    }

    /// <summary>"Import of 3 files".</summary>
    internal static string TitleOf(string what, StagedUpload upload) => upload.Files switch
    {
        [{ Name.Length: > 0 } only] => $"{what} of {SessionIndexing.OneLine(only.Name, 100)}",
        [_] => $"{what} of sessions",
        _ => $"{what} of {upload.Files.Count:N0} files",
    };

    /// <summary>Where the import stands.</summary>
    /// <param name="Source">Index of the source that is being read.</param>
    /// <param name="Records">Of it that are committed.</param>
    internal sealed record Checkpoint(int Source, long Records, SessionImportResult Result);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImportOrder))]
[JsonSerializable(typeof(List<StagedFile>))]
[JsonSerializable(typeof(SessionImportJob.Checkpoint))]
[JsonSerializable(typeof(SessionImportResult))]
[JsonSerializable(typeof(ContentError))]
[JsonSerializable(typeof(ImportPreview))]
[JsonSerializable(typeof(DraftDocument))]
[JsonSerializable(typeof(DraftCheck))]
[JsonSerializable(typeof(DraftPreview))]
internal sealed partial class SessionImportJson : JsonSerializerContext;
