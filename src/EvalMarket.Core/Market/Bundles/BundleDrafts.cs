using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>
/// Takes the files of a bundle in, one by one or together, as streams of any length. They lie where they will stay, tasks and reference files in the bundle's folder, the key in the
/// vault; nobody sees them before they were found good (<see cref="BundleCommits"/>).
/// </summary>
public sealed class BundleDrafts(EvalMarketDbContext db, Tenant tenant, IBlobStore blobs, Vault vault, IOptions<Limits> limits, TimeProvider clock)
{
    /// <summary>Begins an upload: of a new bundle, or of the next version of one that is there (not found when it is not).</summary>
    public async Task<Outcome<BundleDraft>> BeginAsync(BundleId? bundle, string name, CancellationToken cancellationToken)
    {
        if (bundle is { } known && !await db.Bundles.AnyAsync(row => row.Id == known, cancellationToken))
            return new NotFound();
        if (Check(name) is { } invalid)
            return invalid;

        var now = clock.GetUtcNow();
        var draft = new BundleDraft(bundle ?? TypeId.New<BundleId>(now), TypeId.New<JobId>(now), name.Trim(), now, tenant.Actor.Name);
        await RenameAsync(draft, cancellationToken);
        return draft;
    }

    /// <summary>Keeps another name for what it will be.</summary>
    public Task RenameAsync(BundleDraft draft, CancellationToken cancellationToken) => blobs.PutAsync(
        [new BlobContent(BundleFiles.DraftOf(tenant.Required, draft.Bundle, draft.Upload), JsonSerializer.SerializeToUtf8Bytes(draft, BundleJson.Default.BundleDraft))], cancellationToken);

    /// <summary>Null when there is none, or it has become a version already.</summary>
    public async Task<BundleDraft?> FindAsync(BundleId bundle, JobId upload, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(BundleFiles.DraftOf(tenant.Required, bundle, upload), cancellationToken) is { } bytes
            ? JsonSerializer.Deserialize(bytes, BundleJson.Default.BundleDraft)
            : null;

    /// <summary>Takes a file; one that is there already is replaced. Too large when it is more than <c>Limits:UploadBytes</c>.</summary>
    public async Task<Failure?> PutAsync(BundleDraft draft, BundlePart part, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            await ForgetReportAsync(draft, cancellationToken);
            if (part == BundlePart.Answers)
                await vault.PutAsync(tenant.Required, draft.Bundle, draft.Upload, content, limits.Value.UploadBytes, cancellationToken);
            else
                await blobs.PutAsync(PathOf(draft, part), content, limits.Value.UploadBytes, cancellationToken);
            return null;
        }
        catch (StorageException exception) when (exception.Failure == StorageFailure.TooLarge)
        {
            return new TooLarge("upload_bytes", limits.Value.UploadBytes, null);
        }
    }

    /// <summary>Takes a file of the draft away again.</summary>
    public async Task RemoveAsync(BundleDraft draft, BundlePart part, CancellationToken cancellationToken)
    {
        await ForgetReportAsync(draft, cancellationToken);
        if (part == BundlePart.Answers)
            await vault.DeleteAsync(tenant.Required, draft.Bundle, draft.Upload, cancellationToken);
        else
            await blobs.DeleteAsync([PathOf(draft, part)], cancellationToken);
    }

    /// <summary>Takes the tasks for the answers and the answers for the tasks; with only one of them it becomes the other. Opening the key is written down.</summary>
    public async Task SwapAsync(BundleDraft draft, CancellationToken cancellationToken)
    {
        await ForgetReportAsync(draft, cancellationToken);
        var path = PathOf(draft, BundlePart.Tasks);
        await using var tasks = await blobs.OpenReadAsync(path, cancellationToken);
        await using var key = await vault.OpenAsync(tenant.Required, draft.Bundle, draft.Upload, KeyPurpose.SellerRead, tenant.Actor.Name, cancellationToken);
        if (key is not null)
            await blobs.PutAsync(path, key.Open(), null, cancellationToken);
        if (tasks is not null)
            await vault.PutAsync(tenant.Required, draft.Bundle, draft.Upload, tasks, limits.Value.UploadBytes, cancellationToken);
        else
            await vault.DeleteAsync(tenant.Required, draft.Bundle, draft.Upload, cancellationToken);
        if (key is null)
            await blobs.DeleteAsync([path], cancellationToken);
    }

    /// <summary>Keeps what was found in the files as they are now.</summary>
    public Task KeepReportAsync(BundleDraft draft, BundleReport report, CancellationToken cancellationToken) => blobs.PutAsync(
        [new BlobContent(BundleFiles.ReportOf(tenant.Required, draft.Bundle, draft.Upload), JsonSerializer.SerializeToUtf8Bytes(report, BundleJson.Default.BundleReport))], cancellationToken);

    /// <summary>What was found in the files; null when nobody looked since they came.</summary>
    public async Task<BundleReport?> ReportAsync(BundleDraft draft, CancellationToken cancellationToken) =>
        await blobs.ReadAsync(BundleFiles.ReportOf(tenant.Required, draft.Bundle, draft.Upload), cancellationToken) is { } bytes
            ? JsonSerializer.Deserialize(bytes, BundleJson.Default.BundleReport)
            : null;

    /// <summary>Which files are there.</summary>
    public async Task<IReadOnlyList<BundlePart>> PartsAsync(BundleDraft draft, CancellationToken cancellationToken)
    {
        List<BundlePart> parts = [];
        var folder = BundleFiles.UploadOf(tenant.Required, draft.Bundle, draft.Upload);
        await foreach (var blob in blobs.ListAsync($"{folder}/", cancellationToken))
        {
            if (blob.Path == PathOf(draft, BundlePart.Tasks))
                parts.Add(BundlePart.Tasks);
            else if (blob.Path == PathOf(draft, BundlePart.Reference))
                parts.Add(BundlePart.Reference);
        }

        if (await vault.LengthAsync(tenant.Required, draft.Bundle, draft.Upload, cancellationToken) is not null)
            parts.Add(BundlePart.Answers);
        return [.. parts.Order()];
    }

    /// <summary>Takes everything back.</summary>
    public async Task DiscardAsync(BundleDraft draft, CancellationToken cancellationToken)
    {
        await vault.DeleteAsync(tenant.Required, draft.Bundle, draft.Upload, cancellationToken);
        await RemoveFolderAsync(BundleFiles.UploadOf(tenant.Required, draft.Bundle, draft.Upload), cancellationToken);
    }

    internal async Task RemoveFolderAsync(BlobPath folder, CancellationToken cancellationToken)
    {
        var paths = await blobs.ListAsync($"{folder}/", cancellationToken).Select(blob => blob.Path).ToListAsync(cancellationToken);
        await blobs.DeleteAsync(paths, cancellationToken);
    }

    internal static Invalid? Check(string name) => name.Trim().Length is 0 or > BundleRow.NameLength
        ? new Invalid("invalid_bundle", $"A bundle needs a name of 1 to {BundleRow.NameLength} characters.", [new ContentError($"1 to {BundleRow.NameLength} characters.", "/name")])
        : null;

    private Task ForgetReportAsync(BundleDraft draft, CancellationToken cancellationToken) =>
        blobs.DeleteAsync([BundleFiles.ReportOf(tenant.Required, draft.Bundle, draft.Upload)], cancellationToken);

    private BlobPath PathOf(BundleDraft draft, BundlePart part) => part == BundlePart.Tasks
        ? BundleFiles.TasksOf(tenant.Required, draft.Bundle, draft.Upload)
        : BundleFiles.ReferenceOf(tenant.Required, draft.Bundle, draft.Upload);
}
