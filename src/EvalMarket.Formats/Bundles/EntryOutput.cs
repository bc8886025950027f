namespace EvalMarket.Formats.Bundles;

/// <summary>Writes entries as the array that a file of a bundle is, one after another.</summary>
public sealed class EntryOutput(Stream target)
{
    private long count;

    /// <summary>Whether the array is the member <c>prompts</c> of an object. Set before the first entry.</summary>
    internal bool IsInPrompts { get; set; }

    /// <summary>Adds an entry: its JSON as UTF-8.</summary>
    public async Task AddAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellationToken)
    {
        await target.WriteAsync(count++ > 0 ? ",\n"u8.ToArray() : Start(), cancellationToken);
        await target.WriteAsync(entry, cancellationToken);
    }

    /// <summary>Ends the file.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            await target.WriteAsync(Start(), cancellationToken);
        }

        await target.WriteAsync(IsInPrompts ? "\n]\n}\n"u8.ToArray() : "\n]\n"u8.ToArray(), cancellationToken);
        await target.FlushAsync(cancellationToken);
    }

    private byte[] Start() => IsInPrompts ? "{\n\"version\": 1,\n\"prompts\": [\n"u8.ToArray() : "[\n"u8.ToArray();
}
