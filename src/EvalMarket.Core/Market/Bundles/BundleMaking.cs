using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Makes an upload of a dataset: items with outputs become tasks and answers (<see cref="ItemTasks"/>). It is checked and kept like any other upload, and edited after that.</summary>
public sealed class BundleMaking(DatasetVersions versions, ItemStore items, BundleDrafts drafts, IOptions<Limits> limits)
{
    /// <summary>The upload, and how many items made a task and how many had no output to make an answer of.</summary>
    /// <param name="sections">Empty for all.</param>
    /// <param name="type">Of the criterion for items without their own; null to go by their answers.</param>
    public async Task<Outcome<MadeBundle>> MakeAsync(DatasetId dataset, IReadOnlyList<SectionId> sections, CriterionType? type, string name, CancellationToken cancellationToken)
    {
        if (await versions.OpenAsync(dataset, null, cancellationToken) is not { } contents)
            return new NotFound();
        if (sections.Except(contents.Sections.Select(section => section.Id)).Any())
            return new Invalid("invalid_sections", "Sections do not belong to this dataset", [new ContentError("Sections do not belong to this dataset", "/sections")]);
        var count = contents.Sections.Where(section => sections.Count == 0 || sections.Contains(section.Id)).Sum(section => section.ItemCount);
        if (count > limits.Value.BundleTasks)
            return new Invalid("too_many_tasks", $"Limits:BundleTasks allows {limits.Value.BundleTasks:N0} tasks; these sections have {count:N0} items. Choose fewer sections.", []);
        if (!(await drafts.BeginAsync(null, name, cancellationToken)).Succeeded(out var draft, out var failure))
            return failure;

        var isWhole = false;
        try
        {
            var filter = new ItemFilter { Sections = sections };
            var (made, without) = (0L, 0L);
            failure = await PutAsync(draft, BundlePart.Tasks, async output => (made, without) = await WriteAsync(output, contents, filter, type, isTasks: true, cancellationToken), cancellationToken)
                ?? await PutAsync(draft, BundlePart.Answers, output => WriteAsync(output, contents, filter, type, isTasks: false, cancellationToken), cancellationToken);
            if (failure is not null)
                return failure;
            if (made == 0)
                return new Invalid("no_outputs", "No item of these sections has an output, so there is nothing to answer.", []);
            isWhole = true;
            return new MadeBundle(draft, made, without);
        }
        finally
        {
            if (!isWhole)
                await drafts.DiscardAsync(draft, CancellationToken.None);
        }
    }

    private async Task<(long Made, long Without)> WriteAsync(EntryOutput output, DatasetContents contents, ItemFilter filter, CriterionType? type, bool isTasks, CancellationToken cancellationToken)
    {
        var (made, without) = (0L, 0L);
        await foreach (var item in items.StreamAsync(contents, filter, cancellationToken))
        {
            if (ItemTasks.Of(item.Read(), type) is not { } entries)
            {
                without++;
                continue;
            }

            made++;
            await output.AddAsync(isTasks ? entries.Task : entries.Answer, cancellationToken);
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
