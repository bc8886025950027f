namespace EvalMarket.Core.Jobs;

/// <summary>Wakes the worker of this process when something changed in the queue, so that nobody waits for its next look.</summary>
public sealed class JobSignal : IDisposable
{
    private readonly SemaphoreSlim semaphore = new(0, 1);

    public void Raise()
    {
        try
        {
            semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // The worker has been woken already and has not looked yet.
        }
    }

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => semaphore.WaitAsync(atMost, cancellationToken);

    public void Dispose() => semaphore.Dispose();
}
