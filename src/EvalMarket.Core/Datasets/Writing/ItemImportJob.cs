using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>What a job does with a file of items that waits in the store.</summary>
public sealed record ItemImportOrder(DatasetId Dataset, SectionId? Section, bool IsLines);

/// <summary>Writes items that are too many for a request. One version, so after a crash it begins anew; what was committed says so in the checkpoint.</summary>
public sealed class ItemImportJob(JobQueue queue, ImportStaging staging, ItemWriting writing, Limits limits, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "dataset_items";

    string IJobHandler.Kind => JobKind;

    /// <summary>The file is staged under it before there is a job.</summary>
    public JobId NewId() => JobQueue.NewId(clock);

    public Task<Job> EnqueueAsync(JobId id, ItemImportOrder order, StagedUpload upload, CancellationToken cancellationToken) =>
        queue.EnqueueAsync(id, JobKind, $"Import of items ({upload.Bytes / 1024.0 / 1024.0:N1} MB)", JsonSerializer.Serialize(order, ItemImportJson.Default.ItemImportOrder), null, cancellationToken);

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        if (run.Checkpoint is { } done)
        {
            await staging.DiscardAsync(run.Id, cancellationToken);
            return new JobEnd(done);
        }

        var order = JsonSerializer.Deserialize(run.Payload, ItemImportJson.Default.ItemImportOrder)!;
        var upload = await staging.ReadAsync(run.Id, cancellationToken);
        await using var file = await staging.OpenAsync(upload.Files[0], cancellationToken);
        var options = new ItemWriteOptions
        {
            Section = order.Section,
            Progress = (items, token) => run.ReportAsync(items, null, token),
            Alongside = (result, token) => run.SaveAsync(result.Created + result.Updated + result.Unchanged, result.Created + result.Updated + result.Unchanged, ItemImport.ToJson(result), token),
        };
        var outcome = await writing.WriteAsync(order.Dataset, ItemImport.ReadFileAsync(file, order.IsLines, limits.LineBytes, cancellationToken), options, cancellationToken);
        await staging.DiscardAsync(run.Id, CancellationToken.None);
        return outcome.Succeeded(out var written, out var failure) ? new JobEnd(ItemImport.ToJson(written)) : new JobEnd(null, failure);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ItemImportOrder))]
internal sealed partial class ItemImportJson : JsonSerializerContext;
