using System.Globalization;
using System.Runtime.CompilerServices;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>Lines of items that will be changed, kept in chunks that nothing names for longer than the change takes. Memory holds 40 bytes an item.</summary>
internal sealed class ItemSpill(IBlobStore blobs, string workspace)
{
    private const long BatchBytes = 16 * 1024 * 1024;

    private readonly ChunkBuilder builder = new();
    private readonly List<(UInt128 Id, ulong Hash)> items = [];
    private readonly List<ChunkRef> chunks = [];
    private readonly List<EncodedChunk> ready = [];

    public IReadOnlyList<EncodedChunk> Ready => ready;

    public bool HasReady => ready.Count > 0;

    /// <summary>Keeps a changed item.</summary>
    /// <param name="id">Of the item.</param>
    /// <param name="hash">Of its line as it was; empty for one that cannot be any more what it was.</param>
    /// <param name="text">Its line as it will be.</param>
    public void Add(ItemId id, string hash, ReadOnlyMemory<byte> text)
    {
        items.Add((TypeId.BitsOf(id), hash.Length == 0 ? 0 : ulong.Parse(hash, NumberStyles.AllowHexSpecifier)));
        if (builder.Add(text.Span) is { } full)
        {
            ready.Add(full);
        }
    }

    public void Finish()
    {
        if (builder.Finish() is { } last)
        {
            ready.Add(last);
        }
    }

    /// <summary>Writes what is ready; it must have been announced.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        await blobs.PutAsync([.. ready.Select(chunk => ChunkStore.ToBlob(workspace, chunk)).DistinctBy(blob => blob.Path)], cancellationToken);
        chunks.AddRange(ready.Select(chunk => chunk.Ref));
        ready.Clear();
    }

    public async IAsyncEnumerable<IReadOnlyList<(ItemId Id, string Hash, ReadOnlyMemory<byte> Text)>> ReadAsync(DatasetFiles files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = 0;
        var batch = new List<(ItemId, string, ReadOnlyMemory<byte>)>();
        var bytes = 0L;
        foreach (var chunk in chunks)
        {
            await foreach (var line in files.Chunks.ReadLinesAsync(workspace, chunk, cancellationToken))
            {
                var (id, hash) = items[next++];
                batch.Add((TypeId.FromBits<ItemId>(id), hash.ToString("x16"), line.ToArray()));
                bytes += line.Length;
            }

            if (bytes > BatchBytes || batch.Count > 20_000)
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
