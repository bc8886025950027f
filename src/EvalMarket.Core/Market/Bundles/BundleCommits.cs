using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Makes a bundle, or its next version, of an upload that was found good. The files are there already; the document and the row make them count.</summary>
public sealed class BundleCommits(
    EvalMarketDbContext db, Tenant tenant, IBlobStore blobs, BundleChecks checks, BundleDrafts drafts, Vault vault, IntentLog intents, AuditTrail audit, TimeProvider clock)
{
    public const string IntentKind = "bundles";

    /// <summary>Validates the upload whole and keeps it; <c>invalid_bundle</c> with every error otherwise, and the draft stays as it is.</summary>
    public Task<Outcome<KeptBundle>> CommitAsync(BundleDraft draft, CancellationToken cancellationToken) => CommitAsync(draft, null, cancellationToken);

    /// <summary>The same for a change that was made to a version: <c>bundle_changed</c> when that is not the newest any more.</summary>
    public async Task<Outcome<KeptBundle>> CommitAsync(BundleDraft draft, int? changed, CancellationToken cancellationToken)
    {
        return await CommitAsync(draft, await checks.CheckAsync(draft, cancellationToken), changed, cancellationToken);
    }

    /// <summary>The same for an upload that was looked through already.</summary>
    internal async Task<Outcome<KeptBundle>> CommitAsync(BundleDraft draft, BundleReport report, int? changed, CancellationToken cancellationToken)
    {
        if (report.Summary is not { } summary)
            return BundleChecks.Refused(report);

        var workspace = tenant.Required;
        var made = await DescribeAsync(workspace, draft, summary, report.Warnings, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
            return new NotFound();

        var row = await db.Bundles.SingleOrDefaultAsync(one => one.Id == draft.Bundle, cancellationToken);
        if (await drafts.FindAsync(draft.Bundle, draft.Upload, cancellationToken) is null)
            return new Conflict("already_kept", "This upload is a version of the bundle already, or it was discarded.");

        if (changed is { } seen && row?.Version != seen)
            return new Conflict("bundle_changed", "Somebody changed this bundle since you opened it. Look at its newest version, and make your change again.");

        made = row is null ? made : made with { CreatedAt = row.CreatedAt };
        var version = (row?.Version ?? 0) + 1;
        var document = DocumentStore.Make(BundleFiles.FolderOf(workspace, draft.Bundle), version, made, BundleJson.Default.BundleDocument);
        var intent = await intents.BeginAsync(workspace, IntentKind, [new IntentWrite(document.Blob.Path, draft.Bundle.Value, version, document.Hash)], null, cancellationToken);
        await blobs.PutAsync([document.Blob], cancellationToken);
        row = Index(row, workspace, made, version, document.Hash);
        audit.Record(version == 1 ? "bundle.created" : "bundle.changed", row.Id.Value);
        await db.SaveChangesAsync(cancellationToken);
        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await blobs.DeleteAsync([BundleFiles.DraftOf(workspace, draft.Bundle, draft.Upload), BundleFiles.ReportOf(workspace, draft.Bundle, draft.Upload)], CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return new KeptBundle(row, made, report.WarningCount);
    }

    /// <summary>As <see cref="CommitAsync(BundleDraft, CancellationToken)"/>, and an upload that is refused leaves nothing behind.</summary>
    public Task<Outcome<KeptBundle>> CommitOrDiscardAsync(BundleDraft draft, CancellationToken cancellationToken) => CommitOrDiscardAsync(draft, null, cancellationToken);

    /// <summary>The same for a change that was made to a version.</summary>
    public async Task<Outcome<KeptBundle>> CommitOrDiscardAsync(BundleDraft draft, int? changed, CancellationToken cancellationToken)
    {
        var isKept = false;
        try
        {
            var outcome = await CommitAsync(draft, changed, cancellationToken);
            isKept = outcome.Failure is null;
            return outcome;
        }
        finally
        {
            if (!isKept)
                await drafts.DiscardAsync(draft, CancellationToken.None);
        }
    }

    /// <summary>Puts the row of a document into the index; used here and by the rebuilding of the index.</summary>
    internal BundleRow Index(BundleRow? row, string workspace, BundleDocument document, int version, string hash)
    {
        if (row is null)
        {
            row = new BundleRow
            {
                Workspace = workspace, Id = document.Id, Name = document.Name, Version = version, Hash = hash, TaskCount = document.TaskCount, ScoredCount = document.ScoredCount,
                FileCount = document.Files.Count, Bytes = document.Bytes, CreatedAt = document.CreatedAt, UpdatedAt = document.UpdatedAt, UpdatedBy = document.UpdatedBy,
            };
            db.Bundles.Add(row);
            return row;
        }

        row.Name = document.Name;
        row.Version = version;
        row.Hash = hash;
        row.TaskCount = document.TaskCount;
        row.ScoredCount = document.ScoredCount;
        row.FileCount = document.Files.Count;
        row.Bytes = document.Bytes;
        row.UpdatedAt = document.UpdatedAt;
        row.UpdatedBy = document.UpdatedBy;
        return row;
    }

    private async Task<BundleDocument> DescribeAsync(
        string workspace, BundleDraft draft, BundleSummary summary, IReadOnlyList<ContentError> warnings, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return new BundleDocument
        {
            Id = draft.Bundle,
            Name = draft.Name,
            Upload = draft.Upload,
            CreatedAt = now,
            UpdatedAt = now,
            UpdatedBy = tenant.Actor.Name,
            Tasks = await StoredFiles.MeasureAsync(blobs, BundleFiles.TasksOf(workspace, draft.Bundle, draft.Upload), cancellationToken)
                ?? throw new StorageException(StorageFailure.Missing, "The uploaded tasks.json is not in the store any more. Upload it again."),
            Key = await vault.SealAsync(workspace, draft.Bundle, draft.Upload, cancellationToken),
            Reference = await StoredFiles.MeasureAsync(blobs, BundleFiles.ReferenceOf(workspace, draft.Bundle, draft.Upload), cancellationToken),
            TaskCount = summary.Tasks,
            ScoredCount = summary.ScoredTasks,
            Criteria = summary.Criteria.ToDictionary(pair => pair.Key.ToWire(), pair => pair.Value, StringComparer.Ordinal),
            Files = [.. summary.References.Select(file => new BundleReferenceFile(file.Name, file.Bytes, file.Sha256, BundleChecks.MimeTypeOf(file)))],
            Warnings = warnings,
        };
    }
}

/// <summary>A bundle as it was just kept.</summary>
public sealed record KeptBundle(BundleRow Row, BundleDocument Document, int WarningCount);
