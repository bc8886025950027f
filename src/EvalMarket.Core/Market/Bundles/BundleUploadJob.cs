using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Jobs;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Validates and keeps a bundle that is too large for a request. Its files are where they will stay already.</summary>
public sealed class BundleUploadJob(JobQueue queue, BundleDrafts drafts, BundleChecks checks, BundleCommits commits, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "bundle_upload";

    string IJobHandler.Kind => JobKind;

    /// <summary>Has it done.</summary>
    /// <param name="draft">Whose files are there.</param>
    /// <param name="mayMend">Somebody looks at the upload's page: what is refused stays there with what is wrong, and can be mended. Otherwise it goes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<Job> EnqueueAsync(BundleDraft draft, bool mayMend, CancellationToken cancellationToken) => queue.EnqueueAsync(
        JobQueue.NewId(clock), JobKind, $"Upload of the bundle {draft.Name}"[..Math.Min(200, 21 + draft.Name.Length)],
        JsonSerializer.Serialize(new BundleOrder(draft.Bundle.Value, draft.Upload.Value, mayMend), BundleUploadJson.Default.BundleOrder), null, cancellationToken);

    /// <summary>The upload that a job refused and that can be mended; null for other jobs.</summary>
    public static (BundleId Bundle, JobId Upload)? UploadOf(Job job) =>
        job is { Kind: JobKind, Status: JobStatus.Failed } && Read(job.Payload) is { MayMend: true } order ? (BundleId.FromTrusted(order.Bundle), JobId.FromTrusted(order.Upload)) : null;

    /// <summary>The bundle that a job made; null for other jobs.</summary>
    public static BundleId? BundleOf(Job job) => job is { Kind: JobKind, Status: JobStatus.Completed } ? BundleId.FromTrusted(Read(job.Payload).Bundle) : null;

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var order = Read(run.Payload);
        if (await drafts.FindAsync(BundleId.FromTrusted(order.Bundle), JobId.FromTrusted(order.Upload), cancellationToken) is not { } draft)
            return new JobEnd(null, new NotFound());

        // A job that the server's stop interrupted is started again, so only a refusal discards the files.
        var report = await checks.CheckAsync(draft, cancellationToken);
        var outcome = await commits.CommitAsync(draft, report, null, cancellationToken);
        if (outcome.Succeeded(out var kept, out var failure))
            return new JobEnd(BundleAnswerJson.Of(kept));
        if (order.MayMend)
            await drafts.KeepReportAsync(draft, report, CancellationToken.None);
        else
            await drafts.DiscardAsync(draft, CancellationToken.None);
        return new JobEnd(null, failure);
    }

    private static BundleOrder Read(string payload) => JsonSerializer.Deserialize(payload, BundleUploadJson.Default.BundleOrder)!;
}

internal sealed record BundleOrder(string Bundle, string Upload, bool MayMend = false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BundleOrder))]
internal sealed partial class BundleUploadJson : JsonSerializerContext;
