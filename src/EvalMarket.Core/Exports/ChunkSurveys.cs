using EvalMarket.Core.Datasets;
using EvalMarket.Formats.Datasets.Exports;
using Microsoft.Extensions.Caching.Memory;

namespace EvalMarket.Core.Exports;

/// <summary>Remembers what formats have to know of chunks before they write. Chunks never change, so an export of the next version looks only at those that are new in it.</summary>
public sealed class ChunkSurveys : IDisposable
{
    private const long Capacity = 32 * 1024 * 1024;

    private readonly MemoryCache known = new(new MemoryCacheOptions { SizeLimit = Capacity });

    public void Dispose() => known.Dispose();

    internal async Task<T> GetAsync<T>(string workspace, DatasetChunkRef chunk, Func<Task<T>> make)
        where T : IExportSurvey
    {
        var key = (workspace, chunk.Sha256, typeof(T));
        if (known.TryGetValue(key, out T? found) && found is not null)
        {
            return found;
        }

        var made = await make();
        return known.Set(key, made, new MemoryCacheEntryOptions { Size = made.Size + 200 });
    }
}
