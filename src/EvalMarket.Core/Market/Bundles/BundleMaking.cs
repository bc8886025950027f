using EvalMarket.Core.Assets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>
/// Makes an upload of a dataset: items with outputs become tasks and answers (<see cref="ItemTasks"/>), their files the reference files. It is checked and kept like any other upload, and edited after that.
/// </summary>
public sealed class BundleMaking(DatasetVersions versions, ItemStore items, AssetStore assets, BundleDrafts drafts, IOptions<Limits> limits)
{
    private const int PageSize = 500;

    /// <summary>The upload; its notes say what was left out.</summary>
    /// <param name="sections">Empty for all.</param>
    /// <param name="template">How items without criteria of their own are graded.</param>
    public async Task<Outcome<MadeBundle>> MakeAsync(DatasetId dataset, IReadOnlyList<SectionId> sections, CriteriaTemplate template, string name, CancellationToken cancellationToken)
    {
        if (await versions.OpenAsync(dataset, null, cancellationToken) is not { } contents)
            return new NotFound();
        if (sections.Except(contents.Sections.Select(section => section.Id)).Any())
            return new Invalid("invalid_sections", "Sections do not belong to this dataset", [new ContentError("Sections do not belong to this dataset", "/sections")]);
        if (template.Check() is { Count: > 0 } wrong)
            return new Invalid("invalid_criteria", wrong[0].Message, wrong);
        var count = contents.Sections.Where(section => sections.Count == 0 || sections.Contains(section.Id)).Sum(section => section.ItemCount);
        if (count > limits.Value.BundleTasks)
            return new Invalid("too_many_tasks", $"Limits:BundleTasks allows {limits.Value.BundleTasks:N0} tasks; these sections have {count:N0} items. Choose fewer sections.", []);
        if (!(await drafts.BeginAsync(null, name, cancellationToken)).Succeeded(out var draft, out var failure))
            return failure;

        var isWhole = false;
        try
        {
            var filter = new ItemFilter { Sections = sections };
            var files = new ItemFiles(assets, limits.Value);
            var (made, without) = (0L, 0L);
            failure = await PutAsync(draft, BundlePart.Tasks, async output => (made, without) = await WriteAsync(output, contents, filter, template, files, isTasks: true, cancellationToken), cancellationToken)
                ?? await PutAsync(draft, BundlePart.Answers, output => WriteAsync(output, contents, filter, template, files, isTasks: false, cancellationToken), cancellationToken);
            if (failure is null && files.Any)
                failure = await WrittenFiles.PutAsync(drafts, draft, BundlePart.Reference, target => files.PackAsync(target, cancellationToken), cancellationToken);
            if (failure is not null)
                return failure;
            if (made == 0)
                return new Invalid("no_outputs", "No item of these sections has an output, so there is nothing to answer.", []);
            List<string> notes = [.. files.Notes];
            if (without > 0)
                notes.Insert(0, $"{without:N0} {(without == 1 ? "item has no output and was" : "items have no output and were")} left out.");
            draft = draft with { Notes = notes };
            await drafts.RenameAsync(draft, cancellationToken);
            isWhole = true;
            return new MadeBundle(draft, made, without);
        }
        finally
        {
            if (!isWhole)
                await drafts.DiscardAsync(draft, CancellationToken.None);
        }
    }

    private async Task<(long Made, long Without)> WriteAsync(
        EntryOutput output, DatasetContents contents, ItemFilter filter, CriteriaTemplate template, ItemFiles files, bool isTasks, CancellationToken cancellationToken)
    {
        var (made, without) = (0L, 0L);
        await foreach (var page in items.StreamAsync(contents, filter, cancellationToken).Chunk(PageSize))
        {
            List<DatasetItem> read = [.. page.Select(item => item.Read())];
            // The tasks come first: what their files are called is known when the answers are written.
            if (isTasks)
                await files.AddAsync([.. read.Where(ItemTasks.HasAnswer)], cancellationToken);
            foreach (var item in read)
            {
                if (ItemTasks.Of(item, template, files.NameOf(item)) is not { } entries)
                {
                    without++;
                    continue;
                }

                made++;
                await output.AddAsync(isTasks ? entries.Task : entries.Answer, cancellationToken);
            }
        }

        await output.EndAsync(cancellationToken);
        return (made, without);
    }

    private Task<Failure?> PutAsync(BundleDraft draft, BundlePart part, Func<EntryOutput, Task> write, CancellationToken cancellationToken) =>
        WrittenFiles.PutAsync(drafts, draft, part, target => write(new EntryOutput(target)), cancellationToken);
}

/// <summary>An upload that was made of a dataset.</summary>
/// <param name="Tasks">Items that made one.</param>
/// <param name="Without">Items that have no output.</param>
public sealed record MadeBundle(BundleDraft Draft, long Tasks, long Without);
