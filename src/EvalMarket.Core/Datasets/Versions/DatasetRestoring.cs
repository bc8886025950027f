using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Versions;

/// <summary>
/// Brings an old version back, as a new one: undo is that of the version before. Chunks that both have stay as they are in the index; only the others are entered anew.
/// </summary>
public sealed class DatasetRestoring(EvalMarketDbContext db, DatasetVersions versions, DatasetCommits commits, DatasetFiles files, DatasetDirectory directory)
{
    /// <summary>Chunks that are entered into the index together.</summary>
    private const int ChunksAtOnce = 16;

    /// <summary>Makes the newest version what an old one was: items, sections, name, description and schema.</summary>
    /// <param name="version">Which one. The newest changes nothing.</param>
    /// <param name="summary">One line for the new version; null for "Version 3 restored".</param>
    public async Task<Outcome<DatasetView>> RestoreAsync(DatasetId dataset, int version, string? summary, CancellationToken cancellationToken)
    {
        if (await versions.OpenAsync(dataset, version, cancellationToken) is not { } old)
        {
            return new NotFound();
        }

        var outcome = await commits.ChangeAsync(
            dataset,
            async (change, token) =>
            {
                await RestoreAsync(change.Draft, old, token);
                return null;
            },
            _ => summary ?? $"Version {version} restored",
            null,
            cancellationToken);
        return outcome.Succeeded(out _, out var failure)
            ? await directory.FindAsync(dataset, cancellationToken) is { } view ? view : new NotFound()
            : failure;
    }

    private async Task RestoreAsync(DatasetDraft draft, DatasetContents old, CancellationToken cancellationToken)
    {
        if (old.Version == draft.Row.Version)
        {
            return;
        }

        var newest = await files.ReadContentsAsync(draft.Row.Workspace, draft.Row.Id, draft.Row.Version, draft.Row.Hash, cancellationToken);
        var index = await DiffIndex.MakeAsync(files, newest, old, cancellationToken);
        draft.Added = index.Count(DiffKind.Added);
        draft.Changed = index.Count(DiffKind.Changed);
        draft.Removed = index.Count(DiffKind.Removed);
        draft.Tombstones.AddRange(index.Entries.Where(entry => entry.Kind == DiffKind.Removed).Select(entry => TypeId.FromBits<ItemId>(entry.Id)));
        draft.IsRearranged = true;
        draft.Name = old.Document.Name;
        draft.Description = old.Document.Description;
        draft.Schema = old.Document.Schema?.GetRawText();

        var kept = draft.Sections.SelectMany(section => section.Chunks).ToDictionary(chunk => chunk.Reference!.Sha256, StringComparer.Ordinal);
        draft.Sections.Clear();
        var entered = new List<DraftChunk>();
        foreach (var section in old.Sections)
        {
            var restored = new DraftSection(section.Id, section.Name);
            draft.Sections.Add(restored);
            foreach (var reference in section.Chunks)
            {
                if (kept.Remove(reference.Sha256, out var chunk))
                {
                    chunk.Section = restored;
                    chunk.Rank = 0;
                    restored.Chunks.Add(chunk);
                }
                else
                {
                    chunk = new DraftChunk(draft.NextChunk++, restored) { Reference = reference };
                    restored.Chunks.Add(chunk);
                    entered.Add(chunk);
                }
            }

            restored.Rank();
        }

        draft.DroppedChunks.AddRange(kept.Values.Select(chunk => chunk.Number));
        await UnindexAsync(draft, [.. kept.Values], cancellationToken);
        await IndexAsync(draft, entered, cancellationToken);
    }

    private async Task UnindexAsync(DatasetDraft draft, IReadOnlyList<DraftChunk> chunks, CancellationToken cancellationToken)
    {
        var dataset = draft.Row.Id;
        foreach (var numbers in chunks.Select(chunk => chunk.Number).Chunk(1_000))
        {
            await db.DatasetItemMessages.Where(row => row.DatasetId == dataset
                && db.DatasetItems.Any(item => item.DatasetId == dataset && item.Id == row.ItemId && numbers.Contains(item.Chunk))).ExecuteDeleteAsync(cancellationToken);
            await db.DatasetItems.Where(row => row.DatasetId == dataset && numbers.Contains(row.Chunk)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private async Task IndexAsync(DatasetDraft draft, IReadOnlyList<DraftChunk> chunks, CancellationToken cancellationToken)
    {
        var index = new DatasetIndexing(db, draft.Row.Workspace, draft.Row.Id);
        foreach (var batch in chunks.Chunk(ChunksAtOnce))
        {
            foreach (var chunk in batch)
            {
                chunk.Summary = await index.AddAsync(files, chunk.Reference!, chunk.Number, cancellationToken);
            }

            await index.SaveAsync(cancellationToken);
        }

        await index.FinishAsync(isLocked: true, cancellationToken);
    }
}
