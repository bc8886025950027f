using EvalMarket.Core.Data;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>A change of labels, of one session or of a hundred thousand: one file of the label log. Made again from it by <c>reindex</c>.</summary>
public sealed class LabelChangeRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    /// <summary>The number of its label log, by which people and programs name it.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string By { get; init; }

    /// <summary>Sessions that it really changed, those that were deleted since included.</summary>
    public required int Sessions { get; set; }

    /// <summary>The change that this one took back.</summary>
    public long? Undoes { get; init; }

    /// <summary>JSON of <see cref="LabelSummary"/>: what it set. Null for one that took another back.</summary>
    public string? Summary { get; init; }
}

/// <summary>
/// What one session was before a change: a row for each session that a change really changed. What it was afterwards is what the next change of the same field
/// found, or what the session is now.
/// </summary>
public sealed class LabelHistoryRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required Formats.Ids.SessionId SessionId { get; init; }

    /// <summary>The change.</summary>
    public required long Sequence { get; init; }

    /// <summary>What it changed.</summary>
    public required LabelFields Fields { get; init; }

    public required bool ReadyBefore { get; init; }

    public required bool ReadyAfter { get; init; }

    public Formats.Sessions.EvalStatus? StatusBefore { get; init; }

    public Formats.Sessions.EvalStatus? StatusAfter { get; init; }

    public DateTimeOffset? ReviewedAtBefore { get; init; }

    public string? ReviewedByBefore { get; init; }

    /// <summary>JSON of <see cref="LabelTexts"/>: notes, tags and expected output, those that it changed. Null when it changed none of them.</summary>
    public string? TextsBefore { get; init; }
}
