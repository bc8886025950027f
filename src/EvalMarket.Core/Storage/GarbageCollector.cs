using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EvalMarket.Core.Storage;

/// <summary>
/// Removes chunks that nothing reaches. Each run marks; what a run finds dead is remembered in <c>w/{workspace}/garbage.json</c>, and deleted by a run at least
/// <see cref="Rest"/> later that finds it still dead and not met by a writer since.
/// </summary>
/// <remarks>
/// Nothing alive is deleted because a writer announces every chunk that it relies on before it puts it, and putting renews the time of a chunk that is there.
/// Deleting happens behind a closed gate, after another look at both: a writer that was there before is seen by its intent or by the renewed time, one that comes after
/// finds the chunk gone and writes it.
/// </remarks>
public sealed class GarbageCollector(IBlobStore store, IntentLog intents, IIntentGate gate, IEnumerable<IGarbageRoots> roots, TimeProvider time)
{
    /// <summary>How long a dead chunk waits between its first mark and its end.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromDays(1);

    private readonly IReadOnlyList<IGarbageRoots> roots = [.. roots];

    /// <summary>Marks the chunks of a workspace, and deletes those that have been dead long enough. One run at a time in a workspace.</summary>
    /// <exception cref="InvalidOperationException">Nothing is registered that could hold on to a chunk: all would be garbage.</exception>
    /// <exception cref="FormatException">A root named something that is not a SHA-256. Nothing was deleted.</exception>
    public async Task<GarbageReport> CollectAsync(string workspace, CancellationToken cancellationToken)
    {
        if (roots.Count == 0)
            throw new InvalidOperationException("No garbage roots are registered.");
        var now = time.GetUtcNow();
        var marked = (await ReadMarksAsync(workspace, cancellationToken)).ToDictionary(candidate => ChunkHash.Parse(candidate.Sha256));
        var live = await MarkAsync(workspace, cancellationToken);

        var dead = new List<GarbageCandidate>();
        await foreach (var blob in store.ListAsync($"w/{workspace}/chunks/", cancellationToken))
        {
            if (!ChunkHash.TryParse(blob.Path, out var hash) || live.Contains(hash))
                continue;
            dead.Add(marked.TryGetValue(hash, out var before) && before.LastWritten == blob.LastWritten
                ? before
                : new GarbageCandidate(hash.ToString(), now, blob.LastWritten));
        }

        await SaveMarksAsync(workspace, dead, cancellationToken);
        var deleted = new List<BlobInfo>();
        // By folder, so that the gate is never closed for long.
        foreach (var group in dead.Where(candidate => now - candidate.FirstMarked >= Rest).GroupBy(candidate => candidate.Sha256[..2], StringComparer.Ordinal))
            deleted.AddRange(await SweepAsync(workspace, group.Key, [.. group], cancellationToken));

        if (deleted.Count > 0)
        {
            var gone = deleted.Select(blob => ChunkHash.TryParse(blob.Path, out var hash) ? hash : default).ToHashSet();
            dead.RemoveAll(candidate => gone.Contains(ChunkHash.Parse(candidate.Sha256)));
            await SaveMarksAsync(workspace, dead, cancellationToken);
        }

        return new GarbageReport(live.Count, dead.Count, deleted.Count, deleted.Sum(blob => blob.Length));
    }

    /// <summary>Intents first: a change that commits meanwhile is then in one or the other.</summary>
    private async Task<HashSet<ChunkHash>> MarkAsync(string workspace, CancellationToken cancellationToken)
    {
        var live = new HashSet<ChunkHash>();
        await MarkIntentsAsync(workspace, live, cancellationToken);
        foreach (var root in roots)
        {
            await foreach (var hash in root.LiveChunksAsync(workspace, cancellationToken))
                live.Add(ChunkHash.Parse(hash));
        }

        return live;
    }

    private async Task MarkIntentsAsync(string workspace, HashSet<ChunkHash> live, CancellationToken cancellationToken)
    {
        await foreach (var intent in intents.ListAsync(workspace, cancellationToken))
        {
            foreach (var write in intent.Writes)
            {
                if (ChunkHash.TryParse(write.Path, out var hash))
                    live.Add(hash);
            }
        }
    }

    private async Task<List<BlobInfo>> SweepAsync(string workspace, string folder, List<GarbageCandidate> candidates, CancellationToken cancellationToken)
    {
        await using var closed = await gate.CloseAsync(workspace, cancellationToken);
        var announced = new HashSet<ChunkHash>();
        await MarkIntentsAsync(workspace, announced, cancellationToken);
        var doomed = candidates.ToDictionary(candidate => ChunkHash.Parse(candidate.Sha256));
        var found = new List<BlobInfo>();
        await foreach (var blob in store.ListAsync($"w/{workspace}/chunks/{folder}/", cancellationToken))
        {
            if (ChunkHash.TryParse(blob.Path, out var hash) && !announced.Contains(hash)
                && doomed.TryGetValue(hash, out var candidate) && candidate.LastWritten == blob.LastWritten)
            {
                found.Add(blob);
            }
        }

        await store.DeleteAsync([.. found.Select(blob => blob.Path)], cancellationToken);
        return found;
    }

    private static BlobPath MarksPath(string workspace) => BlobPath.Parse($"w/{workspace}/garbage.json");

    private async Task<IReadOnlyList<GarbageCandidate>> ReadMarksAsync(string workspace, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(MarksPath(workspace), cancellationToken) is not { } bytes)
            return [];
        try
        {
            return JsonSerializer.Deserialize(bytes, StorageJson.Default.GarbageMarks)?.Candidates ?? [];
        }
        catch (JsonException e)
        {
            throw new StorageException(StorageFailure.Corrupt, $"{MarksPath(workspace)} cannot be read: {e.Message} Delete it; the garbage is then found anew.", e);
        }
    }

    private Task SaveMarksAsync(string workspace, List<GarbageCandidate> candidates, CancellationToken cancellationToken) =>
        candidates.Count == 0
            ? store.DeleteAsync([MarksPath(workspace)], cancellationToken)
            : store.PutAsync(
                [new BlobContent(MarksPath(workspace), JsonSerializer.SerializeToUtf8Bytes(new GarbageMarks(candidates), StorageJson.Default.GarbageMarks))],
                cancellationToken);

    /// <summary>A SHA-256 in 32 bytes instead of a string's 150: a workspace may have a million.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct ChunkHash(UInt128 High, UInt128 Low)
    {
        public static ChunkHash Parse(string text) =>
            ChunkStore.IsSha256(text) ? From(text) : throw new FormatException($"'{text}' is not a SHA-256 in 64 lower-case hex digits.");

        /// <summary>Takes the hash from the name of a file <c>…/chunks/ab/{sha256}.…</c>; false for any other file.</summary>
        public static bool TryParse(BlobPath path, out ChunkHash hash)
        {
            hash = default;
            var name = path.Name.AsSpan();
            var isChunk = path.Value.Contains("/chunks/", StringComparison.Ordinal) && name.IndexOf('.') is 64 && ChunkStore.IsSha256(name[..64]);
            if (isChunk)
                hash = From(name[..64]);
            return isChunk;
        }

        public override string ToString() => $"{High:x32}{Low:x32}";

        private static ChunkHash From(ReadOnlySpan<char> digits) =>
            new(UInt128.Parse(digits[..32], NumberStyles.AllowHexSpecifier), UInt128.Parse(digits[32..], NumberStyles.AllowHexSpecifier));
    }
}

/// <summary>What a run of the collector found and did.</summary>
/// <param name="Live">Chunks that something reaches.</param>
/// <param name="Waiting">Dead chunks that wait for their second mark.</param>
/// <param name="Deleted">Chunks deleted.</param>
/// <param name="DeletedBytes">Length of their files.</param>
public sealed record GarbageReport(int Live, int Waiting, int Deleted, long DeletedBytes);

/// <summary>The file <c>garbage.json</c>.</summary>
internal sealed record GarbageMarks(IReadOnlyList<GarbageCandidate> Candidates);

/// <summary>A chunk that was found dead.</summary>
/// <param name="Sha256">Its name.</param>
/// <param name="FirstMarked">When it was found dead for the first time.</param>
/// <param name="LastWritten">When it was last written, as seen then: another time means that a writer has met it since.</param>
internal sealed record GarbageCandidate(string Sha256, DateTimeOffset FirstMarked, DateTimeOffset LastWritten);
