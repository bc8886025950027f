using System.Collections.Concurrent;

namespace EvalMarket.Core.Storage;

/// <summary>The gate of a single process.</summary>
public sealed class IntentGate : IIntentGate
{
    /// <summary>How many writers may be within at once: only a bound, as each is there for one small file.</summary>
    private const int Places = 32;

    private readonly ConcurrentDictionary<string, Gate> gates = new(StringComparer.Ordinal);

    public ValueTask<IAsyncDisposable> EnterAsync(string workspace, CancellationToken cancellationToken) => TakeAsync(workspace, 1, cancellationToken);

    public ValueTask<IAsyncDisposable> CloseAsync(string workspace, CancellationToken cancellationToken) => TakeAsync(workspace, Places, cancellationToken);

    private async ValueTask<IAsyncDisposable> TakeAsync(string workspace, int places, CancellationToken cancellationToken)
    {
        var gate = gates.GetOrAdd(workspace, _ => new Gate());
        // One at a time in the queue: two collectors with half of the places each would wait forever, and writers would overtake a collector forever.
        await gate.Queue.WaitAsync(cancellationToken);
        var taken = 0;
        try
        {
            for (; taken < places; taken++)
                await gate.Free.WaitAsync(cancellationToken);
            return new Pass(gate.Free, places);
        }
        catch
        {
            if (taken > 0)
                gate.Free.Release(taken);
            throw;
        }
        finally
        {
            gate.Queue.Release();
        }
    }

    private sealed class Gate
    {
        public SemaphoreSlim Queue { get; } = new(1);

        public SemaphoreSlim Free { get; } = new(Places);
    }

    private sealed class Pass(SemaphoreSlim free, int places) : IAsyncDisposable
    {
        private int held = places;

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref held, 0) is > 0 and var count)
                free.Release(count);
            return ValueTask.CompletedTask;
        }
    }
}
