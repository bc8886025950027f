namespace EvalMarket.Core.Storage;

/// <summary>A subject that holds on to chunks: dataset versions, runs, sessions.</summary>
public interface IGarbageRoots
{
    /// <summary>The SHA-256 of every file under <c>w/{workspace}/chunks</c> that the subject reaches, 64 hex digits each; repeating one is fine.
    /// Must throw rather than leave one out: what no subject names is deleted a day later.</summary>
    IAsyncEnumerable<string> LiveChunksAsync(string workspace, CancellationToken cancellationToken);
}
