using System.Collections.Concurrent;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.Extensions.Caching.Memory;

namespace EvalMarket.Core.Sessions.Transcripts;

/// <summary>
/// Outlines of sessions, each made once for a version of its session and kept while there is room. A document's hash names its content, so an
/// outline is never out of date.
/// </summary>
public sealed class SessionOutlines(SessionFiles files) : IDisposable
{
    /// <summary>Bytes. An outline of 10,000 messages has about half a megabyte.</summary>
    private const long Capacity = 64 * 1024 * 1024;

    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = Capacity });
    private readonly ConcurrentDictionary<Key, Lazy<Task<SessionOutline>>> making = new();

    /// <summary>The outline of the version that the row names.</summary>
    /// <exception cref="Storage.StorageException">A chunk is missing or damaged.</exception>
    public async Task<SessionOutline> GetAsync(SessionRow row, CancellationToken cancellationToken)
    {
        var key = new Key(row.Workspace, row.Id, row.Version, row.Hash);
        if (kept.TryGetValue(key, out SessionOutline? outline) && outline is not null)
        {
            return outline;
        }

        // Made once however many ask, and to its end even when the one who asked first goes away: the next one will want it.
        var task = making.GetOrAdd(key, _ => new Lazy<Task<SessionOutline>>(() => Task.Run(() => MakeAsync(key, row), CancellationToken.None))).Value;
        return await task.WaitAsync(cancellationToken);
    }

    public void Dispose() => kept.Dispose();

    private async Task<SessionOutline> MakeAsync(Key key, SessionRow row)
    {
        try
        {
            var sketches = new List<MessageSketch>(row.MessageCount);
            await foreach (var sketch in files.ReadSketchesAsync(row, CancellationToken.None))
            {
                sketches.Add(sketch);
            }

            var outline = SessionOutline.Of(sketches);
            using var entry = kept.CreateEntry(key);
            entry.Size = outline.Size;
            entry.Value = outline;
            return outline;
        }
        finally
        {
            making.TryRemove(key, out _);
        }
    }

    private sealed record Key(string Workspace, SessionId Session, int Version, string Hash);
}
