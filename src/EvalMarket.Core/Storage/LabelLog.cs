namespace EvalMarket.Core.Storage;

/// <summary>
/// The labels of a workspace as a log, <c>w/{workspace}/labels/</c>: small changes to many sessions. What a line means is the business of the sessions.
/// </summary>
public sealed class LabelLog(IBlobStore store)
{
    private readonly AppendLog log = new(store);

    /// <inheritdoc cref="AppendLog.PathOf"/>
    public static BlobPath PathOf(string workspace, long sequence) => AppendLog.PathOf(Folder(workspace), sequence);

    /// <inheritdoc cref="AppendLog.FoldPathOf"/>
    public static BlobPath FoldPathOf(string workspace, long first, long last) => AppendLog.FoldPathOf(Folder(workspace), first, last);

    /// <inheritdoc cref="AppendLog.AppendAsync"/>
    public Task AppendAsync(string workspace, long sequence, IEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken) =>
        log.AppendAsync(Folder(workspace), sequence, lines, cancellationToken);

    /// <inheritdoc cref="AppendLog.LastAsync"/>
    public Task<long?> LastAsync(string workspace, CancellationToken cancellationToken) => log.LastAsync(Folder(workspace), cancellationToken);

    /// <inheritdoc cref="AppendLog.CountAsync"/>
    public Task<int> CountAsync(string workspace, CancellationToken cancellationToken) => log.CountAsync(Folder(workspace), cancellationToken);

    /// <inheritdoc cref="AppendLog.ReadAsync"/>
    public IAsyncEnumerable<LogLine> ReadAsync(string workspace, long after, CancellationToken cancellationToken) =>
        log.ReadAsync(Folder(workspace), after, cancellationToken);

    /// <inheritdoc cref="AppendLog.FoldAsync"/>
    public Task<bool> FoldAsync(string workspace, long upTo, CancellationToken cancellationToken) => log.FoldAsync(Folder(workspace), upTo, cancellationToken);

    private static BlobPath Folder(string workspace) => BlobPath.Parse($"w/{workspace}/labels");
}
