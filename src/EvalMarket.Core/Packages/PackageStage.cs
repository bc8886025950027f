using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Packages;

namespace EvalMarket.Core.Packages;

/// <summary>The dataset that a package becomes, while it is read: chunks are sealed, written and indexed as they fill. Memory holds some of them. Runs within the caller's transaction, which has the dataset's row.</summary>
internal sealed class PackageStage(
    EvalMarketDbContext db, IBlobStore blobs, DatasetFiles files, IntentLog intents, DatasetRow row, DatasetPackage package, IReadOnlyList<(SectionId Id, string Name)> sections) : IAsyncDisposable
{
    private readonly BulkStage stage = new(db, blobs, files, intents, new DatasetLayout(new DatasetView(row, []), []), (_, count, _) => ValueTask.FromResult(Reserve(row, count)), isReadElsewhere: true);
    private readonly List<(StagedSection Section, PackageRanges Ranges)> staged = [];
    private bool isGivenUp = true;

    public DatasetId Dataset => row.Id;

    public IReadOnlyList<(SectionId Id, string Name)> Sections => sections;

    /// <summary>Takes an item.</summary>
    /// <param name="section">Number of its section; they come in order.</param>
    public ValueTask AddAsync(int section, DatasetItem item, CancellationToken cancellationToken)
    {
        while (staged.Count <= section)
        {
            staged.Add((stage.Section(sections[staged.Count].Id), new PackageRanges(package.Sections[staged.Count].Ranges)));
        }

        var line = ItemLine.New(item, ItemOrigin.Package);
        return stage.AddAsync(staged[section].Section, line, staged[section].Ranges.Take(line.Text.Length + 1), cancellationToken);
    }

    /// <summary>To be called now and then while something else of the package is read.</summary>
    public Task KeepAsync(CancellationToken cancellationToken) => stage.KeepAsync(cancellationToken);

    /// <summary>Writes what is left.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await stage.FinishAsync(cancellationToken);
        isGivenUp = false;
    }

    /// <summary>Makes the first version, under the lock. The caller commits, and then completes the change.</summary>
    public async Task<(DatasetTransaction Change, DatasetVersionRow Version)> CommitAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var draft = new DatasetDraft(row, [.. sections.Select(section => new DraftSection(section.Id, section.Name))]) { IsRowThere = true, Added = stage.Added };
        stage.Attach(draft);
        var change = new DatasetTransaction(db, blobs, files, intents, clock, draft, stage.Intent);
        return (change, await change.FinishAsync($"Uploaded from a package: {draft.Added:N0} items", cancellationToken));
    }

    /// <summary>What was given up has written nothing but chunks, which the collector finds.</summary>
    public async ValueTask DisposeAsync()
    {
        await stage.StopAsync();
        if (isGivenUp && stage.Intent is { } intent)
        {
            await intents.CompleteAsync(intent, CancellationToken.None);
        }
    }

    /// <summary>Nobody else sees the dataset yet.</summary>
    private static long Reserve(DatasetRow row, int count)
    {
        var first = row.NextChunk;
        row.NextChunk += count;
        return first;
    }
}
