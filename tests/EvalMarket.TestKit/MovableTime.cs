namespace EvalMarket.TestKit;

/// <summary>The real clock, which a test can move forward.</summary>
public sealed class MovableTime : TimeProvider
{
    private long offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    public void Advance(TimeSpan time) => Interlocked.Add(ref offset, time.Ticks);
}
