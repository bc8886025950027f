using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>What a long stream of items has brought so far.</summary>
internal sealed class BulkStage(
    EvalMarketDbContext db, IBlobStore blobs, DatasetFiles files, IntentLog intents, DatasetLayout layout, Func<DatasetId, int, CancellationToken, ValueTask<long>> reserve, bool isReadElsewhere)
{
    /// <summary>Chunks that are sealed at the same time; more would only hold memory.</summary>
    private const int SealedAtOnce = 4;

    /// <summary>Chunks that are written and indexed together.</summary>
    private const int WrittenAtOnce = 16;

    /// <summary>How many times that may be on the way to the disk and the database.</summary>
    private const int WrittenAhead = 3;

    private const int ReservedAtOnce = 4_096;

    /// <summary>Chunks from which on the database is told that there are many.</summary>
    private const int BulkChunks = 48;

    private readonly string workspace = layout.Dataset.Row.Workspace;
    private readonly DatasetId dataset = layout.Dataset.Id;
    private readonly List<StagedSection> sections = [];
    private readonly Queue<(StagedSection Section, Task<SealedChunk> Sealing)> sealing = new();
    private readonly List<(StagedSection Section, SealedChunk Chunk)> ready = [];
    private readonly HashSet<MessageId> sources = [];
    private readonly ItemSpill spill = new(blobs, layout.Dataset.Row.Workspace);
    private readonly DatasetIndexing indexing = new(db, layout.Dataset.Row.Workspace, layout.Dataset.Id);
    private (long Number, List<ReadOnlyMemory<byte>> Lines)? opened;
    private Task writing = Task.CompletedTask;
    private Task listing = Task.CompletedTask;
    private readonly Queue<Task> earlier = new();
    private long nextNumber;
    private long lastNumber;
    private int indexed;
    private bool isBulk;

    public Intent? Intent { get; private set; }

    public long Added { get; private set; }

    /// <summary>Until chunks that are being written and indexed are: nothing else may ask the database before.</summary>
    public Task SettleAsync() => Task.WhenAll(writing, listing);

    /// <summary>The same where something failed already and is being reported.</summary>
    public async Task StopAsync() => await SettleAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>False for a message that an item of this stream comes from already.</summary>
    public bool IsFirst(MessageId message) => sources.Add(message);

    /// <summary>Where new items of a write go.</summary>
    public StagedSection SectionOf(ItemWrite write, ItemWriteOptions options)
    {
        var name = write.SectionName is { Length: > 0 } given ? given : null;
        var id = name is null ? write.Section ?? options.Section : null;
        return sections.Find(section => section.Id == id && section.Name == name) ?? Add(new StagedSection(id, name, write));
    }

    /// <summary>A section of the dataset that is to be.</summary>
    public StagedSection Section(SectionId id) => Add(new StagedSection(id, null, new ItemWrite { Section = id, Origin = ItemOrigin.Package }));

    /// <summary>Adds an item that the dataset does not have.</summary>
    public async ValueTask AddAsync(StagedSection section, ItemLine line, ChunkEnd end, CancellationToken cancellationToken)
    {
        if (end == ChunkEnd.Usual && section.Bytes + line.Text.Length + 1 > ChunkBuilder.DefaultTargetBytes && section.Lines.Count > 0)
        {
            await SealAsync(section, cancellationToken);
        }

        section.Lines.Add(line);
        section.Bytes += line.Text.Length + 1;
        Added++;
        if (end == ChunkEnd.Here)
        {
            await SealAsync(section, cancellationToken);
        }
    }

    /// <summary>Makes the change of an item ready. False when it changes nothing.</summary>
    public async Task<bool> ChangeLaterAsync(ItemId id, (long Chunk, int Line) place, Func<DatasetItem, DatasetItem> edit, CancellationToken cancellationToken)
    {
        if (opened?.Number != place.Chunk)
        {
            var lines = new List<ReadOnlyMemory<byte>>();
            if (layout.Find(place.Chunk) is { } chunk)
            {
                await foreach (var each in files.Chunks.ReadLinesAsync(workspace, chunk.Reference.ToChunkRef(), cancellationToken))
                {
                    lines.Add(each.ToArray());
                }
            }

            opened = (place.Chunk, lines);
        }

        var at = place.Line;
        if (at >= opened.Value.Lines.Count || ItemSketch.IdOf(opened.Value.Lines[at].Span) != id)
        {
            // Somebody else's change has moved it since, perhaps within its chunk.
            at = opened.Value.Lines.FindIndex(each => ItemSketch.IdOf(each.Span) == id);
        }

        if (at < 0)
        {
            // When the change is made it is found to be another one.
            spill.Add(id, "", opened.Value.Lines is [var any, ..] ? any : default);
            return true;
        }

        var before = opened.Value.Lines[at];
        var line = new ItemLine(id, before, default, place.Chunk, at, IsChanged: false);
        var after = ItemMerge.Apply(line, edit);
        if (!after.IsChanged)
        {
            return false;
        }

        spill.Add(id, line.Hash, after.Text);
        if (spill.HasReady)
        {
            await SettleAsync();
            await AnnounceAsync(spill.Ready.Select(chunk => chunk.Ref.Sha256), cancellationToken);
            await spill.SaveAsync(cancellationToken);
        }

        return true;
    }

    /// <summary>Writes and indexes what is left.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach (var section in sections.Where(section => section.Lines.Count > 0))
        {
            await SealAsync(section, cancellationToken);
        }

        while (sealing.Count > 0)
        {
            await TakeAsync(cancellationToken);
        }

        Save(cancellationToken);
        await SettleAsync();
        await indexing.FinishAsync(isLocked: false, cancellationToken);
        if (isBulk)
        {
            await db.EndBulkAsync(cancellationToken);
        }

        spill.Finish();
        if (spill.HasReady)
        {
            await AnnounceAsync(spill.Ready.Select(chunk => chunk.Ref.Sha256), cancellationToken);
            await spill.SaveAsync(cancellationToken);
        }
    }

    /// <summary>Puts the chunks behind those of the newest version.</summary>
    public void Attach(DatasetDraft draft, ItemWriteOptions options, ItemTally tally, TimeProvider clock)
    {
        foreach (var staged in sections)
        {
            if (ItemWriting.SectionOf(draft, staged.First, options, tally, clock) is not { } section)
            {
                continue;
            }

            foreach (var (number, reference, summary) in staged.Chunks)
            {
                draft.Attach(section, number, reference, summary);
            }

            section.Rank();
        }
    }

    /// <summary>The same for sections that the draft has.</summary>
    public void Attach(DatasetDraft draft)
    {
        foreach (var staged in sections)
        {
            var section = draft.Section(staged.Id!.Value)!;
            foreach (var (number, reference, summary) in staged.Chunks)
            {
                draft.Attach(section, number, reference, summary);
            }

            section.Rank();
        }
    }

    /// <summary>Keeps the announcement of what was written alive while nothing more is.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (Intent is { } intent && intents.NeedsRenewal(intent))
        {
            await SettleAsync();
            await AnnounceAsync([], cancellationToken);
        }
    }

    /// <summary>Makes the changes in the newest version. Items that are not any more what they were when their change was made ready stay as somebody else has made them, and are noted.</summary>
    public async Task ChangeAsync(DatasetTransaction change, ItemTally tally, CancellationToken cancellationToken)
    {
        var lookup = new ItemLookup(db);
        await foreach (var batch in spill.ReadAsync(files, cancellationToken))
        {
            var places = await lookup.PlacesAsync(dataset, [.. batch.Select(each => each.Id)], cancellationToken);
            foreach (var (id, hash, text) in batch)
            {
                if (!places.TryGetValue(id, out var place))
                {
                    tally.AddConflict(id);
                    continue;
                }

                var chunk = change.Draft.Chunk(place.Chunk);
                await change.LoadAsync(chunk, cancellationToken);
                var line = chunk.Lines![place.Line];
                if (line.IsChanged || line.Hash != hash)
                {
                    tally.AddConflict(id);
                    continue;
                }

                chunk.Lines[place.Line] = line with { Text = text, IsChanged = true };
                chunk.IsDirty = true;
                change.Draft.Changed++;
            }

            await change.FlushIfLargeAsync(cancellationToken);
        }
    }

    private StagedSection Add(StagedSection section)
    {
        sections.Add(section);
        return section;
    }

    private async Task SealAsync(StagedSection section, CancellationToken cancellationToken)
    {
        var lines = section.Lines;
        sealing.Enqueue((section, Task.Run(() => SealedChunk.Seal(lines, null), cancellationToken)));
        section.Lines = [];
        section.Bytes = 0;
        if (sealing.Count >= SealedAtOnce)
        {
            await TakeAsync(cancellationToken);
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var (section, chunk) = sealing.Dequeue();
        ready.Add((section, await chunk));
        if (ready.Count >= WrittenAtOnce)
        {
            // While these are written and those before are, the next ones are read and sealed; more would only hold memory.
            if (earlier.Count >= WrittenAhead)
            {
                await earlier.Dequeue();
            }

            earlier.Enqueue(SettleAsync());
            Save(cancellationToken);
            if (!isReadElsewhere)
            {
                await SettleAsync();
            }
        }
    }

    /// <summary>Has what is ready written and indexed, behind what is on the way. The disk and the database do not wait for each other: nothing counts before both are done and the transaction is committed.</summary>
    private void Save(CancellationToken cancellationToken)
    {
        if (ready.Count == 0)
        {
            return;
        }

        List<(StagedSection Section, SealedChunk Chunk)> batch = [.. ready];
        ready.Clear();
        var (written, listed) = (writing, listing);
        // Begun also when it is cancelled already: each waits for the one before, so that who waits for the last waits for all, and nobody gives the transaction back under one that still uses it.
        writing = Task.Run(async () =>
        {
            await written;
            await AnnounceAsync(batch.Select(each => each.Chunk.Reference.Sha256), cancellationToken);
            await blobs.PutAsync([.. batch.Select(each => ChunkStore.ToBlob(workspace, each.Chunk.File)).DistinctBy(blob => blob.Path)], cancellationToken);
        }, CancellationToken.None);
        listing = Task.Run(async () =>
        {
            await listed;
            await IndexAsync(batch, cancellationToken);
        }, CancellationToken.None);
    }

    private async Task IndexAsync(List<(StagedSection Section, SealedChunk Chunk)> batch, CancellationToken cancellationToken)
    {
        foreach (var (section, chunk) in batch)
        {
            if (nextNumber == lastNumber)
            {
                nextNumber = await reserve(dataset, ReservedAtOnce, cancellationToken);
                lastNumber = nextNumber + ReservedAtOnce;
            }

            indexing.Add(chunk, nextNumber, _ => true, _ => true);
            section.Chunks.Add((nextNumber++, chunk.Reference, chunk.Summary));
        }

        indexed += batch.Count;
        isBulk |= indexed >= BulkChunks;
        await indexing.SaveAsync(cancellationToken);
    }

    private async Task AnnounceAsync(IEnumerable<string> hashes, CancellationToken cancellationToken)
    {
        List<IntentWrite> writes = [.. hashes.Select(hash => new IntentWrite(ChunkStore.PathOf(workspace, hash)))];
        Intent = Intent is null
            ? await intents.BeginAsync(workspace, DatasetCommits.IntentKind, writes, null, cancellationToken)
            : await intents.RenewAsync(Intent, writes, cancellationToken);
    }
}
