using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Transcripts;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions;

/// <summary>A file that waits in the store to be imported.</summary>
public sealed record StagedUpload(SessionUpload Upload, BlobPath Path, long Bytes);

/// <summary>Keeps uploads that are too large for a request, durable before they are acknowledged, and imports them as a job.</summary>
public sealed class SessionImportJob(JobQueue queue, IBlobStore blobs, SessionImport import, IOptions<Limits> limits, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "session_import";

    string IJobHandler.Kind => JobKind;

    public JobId NewId() => JobQueue.NewId(clock);

    /// <summary>Writes one file of an upload to the store.</summary>
    public async Task<StagedUpload> StageAsync(string workspace, JobId job, int index, SessionUpload upload, Stream content, CancellationToken cancellationToken)
    {
        var path = BlobPath.Parse($"w/{workspace}/uploads/{job.Value}/{index}");
        return new StagedUpload(upload, path, await blobs.PutAsync(path, content, limits.Value.UploadBytes, cancellationToken));
    }

    /// <summary>Takes back what was staged, when the rest of the upload failed.</summary>
    public Task DiscardAsync(IReadOnlyList<StagedUpload> uploads) => blobs.DeleteAsync([.. uploads.Select(upload => upload.Path)], CancellationToken.None);

    public Task<Job> EnqueueAsync(JobId job, IReadOnlyList<StagedUpload> uploads, CancellationToken cancellationToken)
    {
        var title = uploads is [{ Upload.Name: { } name }] ? $"Import of {SessionIndexing.OneLine(name, 100)}"
            : uploads.Count == 1 ? "Import of sessions" : $"Import of {uploads.Count} files";
        return queue.EnqueueAsync(
            job, JobKind, title, JsonSerializer.Serialize(uploads, SessionImportJson.Default.IReadOnlyListStagedUpload), uploads.Sum(upload => upload.Bytes), cancellationToken);
    }

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var uploads = JsonSerializer.Deserialize(run.Payload, SessionImportJson.Default.IReadOnlyListStagedUpload)!;
        var total = uploads.Sum(upload => upload.Bytes);
        var checkpoint = run.Checkpoint is { } saved
            ? JsonSerializer.Deserialize(saved, SessionImportJson.Default.Checkpoint)!
            : new Checkpoint(0, 0, new SessionImportResult());
        var result = checkpoint.Result;
        for (var index = checkpoint.File; index < uploads.Count; index++)
        {
            var upload = uploads[index];
            var bytesBefore = uploads.Take(index).Sum(earlier => earlier.Bytes);
            await using var content = await blobs.OpenReadAsync(upload.Path, cancellationToken)
                ?? throw new StorageException(StorageFailure.Missing, $"The uploaded file {upload.Path} is not in the store any more. Upload it again.");
            var skip = index == checkpoint.File ? checkpoint.Records : 0;
            var before = result.Records - skip;
            var current = index;
            var outcome = await import.ImportAsync(
                SkipAsync(upload.Upload.ReadAsync(content, limits.Value, cancellationToken), skip),
                result,
                upload.Upload.Name,
                (sofar, token) => run.SaveAsync(
                    bytesBefore + content.Position,
                    total,
                    JsonSerializer.Serialize(new Checkpoint(current, sofar.Records - before, sofar), SessionImportJson.Default.Checkpoint),
                    token),
                cancellationToken);
            if (!outcome.Succeeded(out var imported, out var failure))
            {
                return new JobEnd(null, failure);
            }

            result = imported;
            await run.SaveAsync(
                bytesBefore + upload.Bytes, total, JsonSerializer.Serialize(new Checkpoint(index + 1, 0, result), SessionImportJson.Default.Checkpoint), cancellationToken);
        }

        await DiscardAsync(uploads);
        return new JobEnd(result.ToJson(), result.NothingUsable());
    }

    /// <summary>Passes over what an earlier start has committed already.</summary>
    private static async IAsyncEnumerable<TranscriptRecord> SkipAsync(IAsyncEnumerable<TranscriptRecord> records, long count)
    {
        await foreach (var record in records)
        {
            if (count-- <= 0)
            {
                yield return record;
            }
        }
    }

    /// <summary>Where the import stands.</summary>
    /// <param name="File">Index of the file that is being read.</param>
    /// <param name="Records">Of it that are committed.</param>
    internal sealed record Checkpoint(int File, long Records, SessionImportResult Result);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<StagedUpload>))]
[JsonSerializable(typeof(SessionImportJob.Checkpoint))]
[JsonSerializable(typeof(SessionImportResult))]
[JsonSerializable(typeof(ContentError))]
internal sealed partial class SessionImportJson : JsonSerializerContext;
