namespace EvalMarket.Core.Annotation;

/// <summary>Which sessions of a queue.</summary>
public enum QueueItemFilter
{
    All,
    Waiting,
    Conflict,
    Done,
    Flagged,
    Skipped,
}

/// <summary>Wire names.</summary>
public static class QueueItemFilters
{
    public static IReadOnlyList<QueueItemFilter> All { get; } = Enum.GetValues<QueueItemFilter>();

    /// <summary>All but <see cref="QueueItemFilter.All"/>, which is said by saying nothing.</summary>
    public static IReadOnlyList<string> WireNames { get; } = [.. All.Skip(1).Select(ToWire)];

    public static string ToWire(this QueueItemFilter filter) => filter.ToString().ToLowerInvariant();

    public static string ToWire(this QueueItemState state) => state.ToString().ToLowerInvariant();

    /// <summary><see cref="QueueItemFilter.All"/> for null and for what is none.</summary>
    public static QueueItemFilter Parse(string? text) => All.FirstOrDefault(filter => filter.ToWire() == text);
}
