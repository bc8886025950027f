using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Jobs;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Validates and keeps a bundle that is too large for a request. Its files are where they will stay already.</summary>
public sealed class BundleUploadJob(JobQueue queue, BundleDrafts drafts, BundleCommits commits, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "bundle_upload";

    string IJobHandler.Kind => JobKind;

    public Task<Job> EnqueueAsync(BundleDraft draft, CancellationToken cancellationToken) => queue.EnqueueAsync(
        JobQueue.NewId(clock), JobKind, $"Upload of the bundle {draft.Name}"[..Math.Min(200, 21 + draft.Name.Length)],
        JsonSerializer.Serialize(new BundleOrder(draft.Bundle.Value, draft.Upload.Value), BundleUploadJson.Default.BundleOrder), null, cancellationToken);

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var order = JsonSerializer.Deserialize(run.Payload, BundleUploadJson.Default.BundleOrder)!;
        if (await drafts.FindAsync(BundleId.FromTrusted(order.Bundle), JobId.FromTrusted(order.Upload), cancellationToken) is not { } draft)
            return new JobEnd(null, new NotFound());

        // A job that the server's stop interrupted is started again, so only a refusal discards the files.
        var outcome = await commits.CommitAsync(draft, cancellationToken);
        if (outcome.Succeeded(out var kept, out var failure))
            return new JobEnd(BundleAnswerJson.Of(kept));
        await drafts.DiscardAsync(draft, CancellationToken.None);
        return new JobEnd(null, failure);
    }
}

internal sealed record BundleOrder(string Bundle, string Upload);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BundleOrder))]
internal sealed partial class BundleUploadJson : JsonSerializerContext;
