namespace EvalMarket.Core.Storage;

/// <summary>
/// The name of a running process in intents. It should stay the same over restarts, so that a process recognises what its former life left without waiting for
/// leases to expire, and must differ between processes that run at the same time.
/// </summary>
public readonly record struct InstanceName(string Value)
{
    public override string ToString() => Value;
}
