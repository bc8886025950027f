using System.Text;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

/// <summary>A test on files of its own.</summary>
public abstract class StorageTest : IDisposable
{
    private protected const string Workspace = "acme";

    private readonly TemporaryFolder folder = new();
    private readonly LocalBlobStore local;

    protected StorageTest() => local = new LocalBlobStore(folder.Path, Clock);

    private protected TestClock Clock { get; } = new();

    protected IBlobStore Store => local;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        local.Dispose();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Utf8(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    protected Task PutAsync(BlobPath path, ReadOnlyMemory<byte> bytes) => Store.PutAsync([new BlobContent(path, bytes)], Cancel);

    protected async Task<List<string>> PathsAsync(string prefix = "")
    {
        var paths = new List<string>();
        await foreach (var blob in Store.ListAsync(prefix, Cancel))
            paths.Add(blob.Path.Value);
        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    private protected static async Task<List<T>> AllAsync<T>(IAsyncEnumerable<T> source)
    {
        var all = new List<T>();
        await foreach (var each in source)
            all.Add(each);
        return all;
    }
}
