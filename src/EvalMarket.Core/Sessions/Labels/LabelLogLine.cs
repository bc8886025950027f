using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>
/// One line of a label log: a change to sessions (<see cref="Ids"/> with <see cref="Set"/> and the tag lists), sessions for which an earlier change was taken back
/// (<see cref="Ids"/> with <see cref="Undo"/>), a remark on a message or its removal, or a whole state (<see cref="Id"/> with <see cref="State"/>, in logs that an earlier version folded).
/// Replaying the lines in order gives the index's labels and their history.
/// </summary>
internal sealed record LabelLogLine
{
    public required DateTimeOffset At { get; init; }

    public required string By { get; init; }

    /// <summary>Sessions that the change really changed.</summary>
    public IReadOnlyList<SessionId>? Ids { get; init; }

    public LabelSet? Set { get; init; }

    public IReadOnlyList<string>? AddTags { get; init; }

    public IReadOnlyList<string>? RemoveTags { get; init; }

    /// <summary>The number of the change that is taken back: the sessions are again what they were before it.</summary>
    public long? Undo { get; init; }

    public SessionId? Id { get; init; }

    public EvalLabels? State { get; init; }

    public MessageId? MessageId { get; init; }

    public string? Comment { get; init; }

    public string? Tag { get; init; }

    /// <summary>The sequence of the remark that is taken away from the message.</summary>
    public long? Removes { get; init; }

    /// <summary>In logs that an earlier version folded: the sequence under which the remark was first recorded.</summary>
    public long? Sequence { get; init; }

    public static LabelLogLine Of(LabelChange change, IReadOnlyList<SessionId> ids, DateTimeOffset at, string by) => new()
    {
        At = at,
        By = by,
        Ids = ids,
        Set = LabelSet.Of(change),
        AddTags = change.AddTags.Count > 0 ? change.AddTags : null,
        RemoveTags = change.RemoveTags.Count > 0 ? change.RemoveTags : null,
    };

    public LabelSummary ToSummary() => new() { Set = Set, AddTags = AddTags, RemoveTags = RemoveTags };

    public LabelChange ToChange() => new()
    {
        EvalReady = Set?.EvalReady,
        Status = Value(Set?.EvalStatus, "eval_status"),
        Notes = Value(Set?.EvalNotes, "eval_notes"),
        ExpectedOutput = Value(Set?.ExpectedOutput, "expected_output"),
        Tags = Set?.EvalTags,
        AddTags = AddTags ?? [],
        RemoveTags = RemoveTags ?? [],
    };

    /// <summary>What is neither set nor emptied is not given at all (a bare null here would convert to a given null).</summary>
    private Given<T>? Value<T>(T value, string field) =>
        value is not null || Set?.Cleared?.Contains(field) == true ? new Given<T>(value) : default(Given<T>?);
}

/// <summary>The fields that a change sets; those that it empties are named in <see cref="Cleared"/>, since absent means untouched.</summary>
internal sealed record LabelSet
{
    public bool? EvalReady { get; init; }

    public EvalStatus? EvalStatus { get; init; }

    public string? EvalNotes { get; init; }

    public string? ExpectedOutput { get; init; }

    public IReadOnlyList<string>? EvalTags { get; init; }

    public IReadOnlyList<string>? Cleared { get; init; }

    public static LabelSet? Of(LabelChange change)
    {
        List<string> cleared = [];
        if (change.Status is { Value: null })
        {
            cleared.Add("eval_status");
        }

        if (change.Notes is { Value: null })
        {
            cleared.Add("eval_notes");
        }

        if (change.ExpectedOutput is { Value: null })
        {
            cleared.Add("expected_output");
        }

        var set = new LabelSet
        {
            EvalReady = change.EvalReady,
            EvalStatus = change.Status?.Value,
            EvalNotes = change.Notes?.Value,
            ExpectedOutput = change.ExpectedOutput?.Value,
            EvalTags = change.Tags,
            Cleared = cleared.Count > 0 ? cleared : null,
        };
        return set == new LabelSet() ? null : set;
    }
}
