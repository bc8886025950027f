namespace EvalMarket.Core.Market.Vaults;

/// <summary>
/// An answer key that somebody was allowed to open. A type of its own, so that it cannot be passed by mistake where a file or a text is expected: it has no text form, and its
/// content is a stream that ends with it.
/// </summary>
public sealed class AnswerKey : IAsyncDisposable
{
    private readonly Stream content;

    internal AnswerKey(Stream content, long bytes)
    {
        this.content = content;
        Bytes = bytes;
    }

    public long Bytes { get; }

    /// <summary>Read once, from its start.</summary>
    public Stream Open() => content;

    public ValueTask DisposeAsync() => content.DisposeAsync();

    public override string ToString() => "an answer key";
}
