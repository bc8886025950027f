namespace EvalMarket.Web.Pages.Shared;

/// <summary>A job as <c>_JobCard</c> shows it. While it is not over, the card asks <see cref="PollHref"/> each second for itself.</summary>
public sealed record JobCard
{
    public required string Id { get; init; }

    /// <summary>What it does: "Import of claude-projects.zip".</summary>
    public required string Title { get; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>.</summary>
    public required string State { get; init; }

    /// <summary>The job's own page.</summary>
    public required string Href { get; init; }

    /// <summary>Answers this card again, as a fragment.</summary>
    public required string PollHref { get; init; }

    /// <summary>Posting here cancels; null when it cannot be cancelled.</summary>
    public string? CancelHref { get; init; }

    public long Done { get; init; }

    /// <summary>Null while nobody knows.</summary>
    public long? Total { get; init; }

    /// <summary>What is counted: "sessions".</summary>
    public string Unit { get; init; } = "";

    /// <summary>How it went: "418 sessions, 3 lines left out". Null while it runs.</summary>
    public string? Outcome { get; init; }

    /// <summary>Why it failed, and the way out.</summary>
    public string? Error { get; init; }

    /// <summary>Where its result can be seen.</summary>
    public string? ResultHref { get; init; }

    public bool IsOver => State is "completed" or "failed" or "cancelled";

    /// <summary>"418 of 1,036 sessions".</summary>
    public string Progress => this switch
    {
        { State: "queued" } => "waiting for its turn",
        { Total: { } total } => $"{Display.Number(Done)} of {Display.Number(total)} {Unit}".TrimEnd(),
        { Done: > 0 } => $"{Display.Number(Done)} {Unit}".TrimEnd(),
        _ => "starting",
    };
}
