namespace EvalMarket.Formats.Runs;

/// <summary>How far a run is. Wire names are the lower-case words; the numbers are stored.</summary>
public enum RunStatus
{
    Queued = 1,
    Running = 2,
    Completed = 3,
    Failed = 4,
    Cancelled = 5,
}

/// <summary>Wire names of <see cref="RunStatus"/>.</summary>
public static class RunStatuses
{
    public static IReadOnlyList<string> Names { get; } = ["queued", "running", "completed", "failed", "cancelled"];

    public static string ToWire(this RunStatus status) => Names[(int)status - 1];

    public static bool TryParse(string? text, out RunStatus status)
    {
        var index = Names.ToList().IndexOf(text ?? "");
        status = (RunStatus)(index + 1);
        return index >= 0;
    }
}
