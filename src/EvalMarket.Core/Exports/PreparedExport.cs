using System.IO.Pipelines;

namespace EvalMarket.Core.Exports;

/// <summary>Any export, ready to be written. Dispose it when the body is out.</summary>
/// <param name="done">How much of <see cref="Unit"/> is done by now.</param>
/// <param name="write">Writes the body.</param>
/// <param name="release">Lets go what the export holds.</param>
public sealed class PreparedExport(Func<long> done, Func<PipeWriter, CancellationToken, Task> write, Func<ValueTask> release) : IAsyncDisposable
{
    public required ExportFacts Facts { get; init; }

    /// <summary>What progress counts.</summary>
    public required ExportUnit Unit { get; init; }

    /// <summary>Of <see cref="Unit"/>, in all.</summary>
    public required long Total { get; init; }

    /// <summary>Of <see cref="Unit"/>, by now.</summary>
    public long Done => Math.Min(done(), Total);

    public Task WriteAsync(PipeWriter output, CancellationToken cancellationToken) => write(output, cancellationToken);

    public ValueTask DisposeAsync() => release();
}

/// <summary>What the progress of an export counts.</summary>
public enum ExportUnit
{
    Sessions = 1,
    Items = 2,
    Bytes = 3,
}
