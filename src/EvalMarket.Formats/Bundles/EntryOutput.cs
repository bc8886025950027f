namespace EvalMarket.Formats.Bundles;

/// <summary>Writes entries as the array that a file of a bundle is, one after another.</summary>
public sealed class EntryOutput(Stream target)
{
    private long count;

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

        await target.WriteAsync("\n]\n"u8.ToArray(), cancellationToken);
        await target.FlushAsync(cancellationToken);
    }

    private static byte[] Start() => "[\n"u8.ToArray();
}
