namespace EvalMarket.Core.Storage;

/// <summary>
/// Keeps changes from being announced while the garbage collector deletes. Without it a writer could find a chunk present, rely on it, and lose it a moment later.
/// The gate is open to any number of writers, each for as long as it takes to make an intent durable, or closed by one collector.
/// </summary>
/// <remarks><see cref="IntentGate"/> serves one process; several processes on one storage need one that they share, such as an advisory lock of the database.</remarks>
public interface IIntentGate
{
    /// <summary>Waits until the gate of the workspace is open, and holds it open until disposed.</summary>
    ValueTask<IAsyncDisposable> EnterAsync(string workspace, CancellationToken cancellationToken);

    /// <summary>Waits until nobody is within, and keeps the gate closed until disposed.</summary>
    ValueTask<IAsyncDisposable> CloseAsync(string workspace, CancellationToken cancellationToken);
}
