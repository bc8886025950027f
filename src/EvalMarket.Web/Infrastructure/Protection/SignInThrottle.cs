using System.Collections.Concurrent;
using System.Net;
using EvalMarket.Core;

namespace EvalMarket.Web.Infrastructure.Protection;

/// <summary>
/// Slows down guessing of passwords: failures are counted for an account from an address and for the address as a whole, in windows of a
/// minute. Success costs nothing, and nobody can lock out the owner of an account from elsewhere.
/// </summary>
/// <remarks>Counted in memory, for each instance of the app.</remarks>
public sealed class SignInThrottle(Limits limits, TimeProvider time)
{
    private const int AddressFactor = 10;

    // Beyond this many counters the old ones are thrown out.
    private const int Capacity = 100_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Counter> counters = new(StringComparer.Ordinal);

    /// <summary>How long to wait before the next attempt; null when it may be made now. Ask before the password is looked at.</summary>
    public TimeSpan? WaitBefore(IPAddress? address, string account)
    {
        var (forAccount, forAddress) = Names(address, account);
        var wait = Max(Wait(forAccount, limits.SignInAttemptsPerMinute), Wait(forAddress, limits.SignInAttemptsPerMinute * AddressFactor));
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>Counts an attempt that failed.</summary>
    public void CountFailure(IPAddress? address, string account)
    {
        var now = time.GetUtcNow();
        if (counters.Count > Capacity)
        {
            foreach (var (name, _) in counters.Where(pair => now - pair.Value.Start >= Window))
                counters.TryRemove(name, out _);
        }

        var (forAccount, forAddress) = Names(address, account);
        Count(forAccount, now);
        Count(forAddress, now);
    }

    private static (string Account, string Address) Names(IPAddress? address, string account) =>
        ($"{address} {account.Trim().ToUpperInvariant()}", $"{address}");

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private TimeSpan Wait(string name, int most)
    {
        if (!counters.TryGetValue(name, out var counter) || counter.Failures < most)
            return TimeSpan.Zero;
        return counter.Start + Window - time.GetUtcNow();
    }

    private void Count(string name, DateTimeOffset now) => counters.AddOrUpdate(
        name,
        static (_, now) => new Counter(now, 1),
        static (_, counter, now) => now - counter.Start >= Window ? new Counter(now, 1) : counter with { Failures = counter.Failures + 1 },
        now);

    private sealed record Counter(DateTimeOffset Start, int Failures);
}
