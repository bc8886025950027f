namespace EvalMarket.Formats.Packages;

/// <summary>Where the slices of a package come from. Asked in order, for one package; disposing it lets go of what is open.</summary>
public interface IPackageBlobs : IAsyncDisposable
{
    /// <summary>Fills <paramref name="target"/> with the bytes of a blob from <paramref name="offset"/> on; throws when there are not so many.</summary>
    ValueTask ReadAsync(string blob, long offset, Memory<byte> target, CancellationToken cancellationToken);
}
