using System.Text.Json;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Changes single tasks of a bundle: each change is a new version whose files are those of the old one but for the entries of that task. Validated whole like an upload.</summary>
public sealed class BundleEditing(Tenant tenant, BundleStore bundles, BundleDrafts drafts, BundleCommits commits, Vault vault)
{
    /// <summary>A task with its answer, each as it stands in the file; null when the bundle has no such task. Opening the key is written down.</summary>
    public async Task<EditableTask?> OpenAsync(OpenBundle bundle, string taskId, CancellationToken cancellationToken)
    {
        JsonElement? task;
        await using (var tasks = await bundles.OpenTasksAsync(bundle, cancellationToken))
            task = await BundleEdits.FindAsync(tasks, isTasks: true, taskId, cancellationToken);
        if (task is null)
            return null;

        await using var key = await OpenKeyAsync(bundle, cancellationToken);
        return new EditableTask(task.Value, key is null ? null : await BundleEdits.FindAsync(key.Open(), isTasks: false, taskId, cancellationToken));
    }

    /// <summary>Replaces, adds or takes out a task and its answer, and keeps the result as the next version.</summary>
    /// <param name="bundle">The version that the change was made to; <c>bundle_changed</c> when there is a newer one.</param>
    /// <param name="task">Its entry in tasks.json; null takes it out, and its answer with it.</param>
    /// <param name="answer">Its entry in answers.json; null takes it out.</param>
    public async Task<Outcome<KeptBundle>> SaveAsync(OpenBundle bundle, string taskId, string? task, string? answer, CancellationToken cancellationToken)
    {
        if (!tenant.Actor.May(Permission.Edit))
            return new Forbidden("Only editors of the workspace may change a bundle.");
        if (!(await drafts.BeginAsync(bundle.Row.Id, bundle.Row.Name, cancellationToken)).Succeeded(out var draft, out var failure))
            return failure;

        var isWhole = false;
        try
        {
            await using (var tasks = await bundles.OpenTasksAsync(bundle, cancellationToken))
                failure = await WrittenFiles.PutAsync(drafts, draft, BundlePart.Tasks, target => BundleEdits.WriteAsync(tasks, target, isTasks: true, taskId, task, cancellationToken), cancellationToken);
            if (failure is null)
            {
                await using var key = await OpenKeyAsync(bundle, cancellationToken) ?? throw new StorageException(StorageFailure.Missing, "The answer key of this bundle is not in the vault any more.");
                failure = await WrittenFiles.PutAsync(drafts, draft, BundlePart.Answers, target => BundleEdits.WriteAsync(key.Open(), target, isTasks: false, taskId, task is null ? null : answer, cancellationToken), cancellationToken);
            }

            if (failure is null && bundle.Document.Reference is not null)
            {
                await using var reference = await bundles.OpenReferenceAsync(bundle, cancellationToken);
                failure = await drafts.PutAsync(draft, BundlePart.Reference, reference, cancellationToken);
            }

            isWhole = failure is null;
        }
        finally
        {
            if (!isWhole)
                await drafts.DiscardAsync(draft, CancellationToken.None);
        }

        return failure is null ? await commits.CommitOrDiscardAsync(draft, bundle.Version, cancellationToken) : failure;
    }

    private Task<AnswerKey?> OpenKeyAsync(OpenBundle bundle, CancellationToken cancellationToken) =>
        vault.OpenAsync(tenant.Required, bundle.Row.Id, bundle.Document.Upload, KeyPurpose.SellerRead, tenant.Actor.Name, cancellationToken);
}

/// <summary>A task as it stands in the files. The answer is a part of the key.</summary>
public sealed record EditableTask(JsonElement Task, JsonElement? Answer);
