using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>
/// Which sessions: the same filter for lists, bulk changes, exports and facets. Within one field any of the values
/// matches; different fields narrow each other. Empty means all.
/// </summary>
public sealed record SessionFilter
{
    public static SessionFilter All { get; } = new();

    public IReadOnlyList<string> Sources { get; init; } = [];

    public IReadOnlyList<string> Authors { get; init; } = [];

    public IReadOnlyList<string> Models { get; init; } = [];

    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Eval tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public bool? EvalReady { get; init; }

    public IReadOnlyList<EvalStatus> Statuses { get; init; } = [];

    /// <summary>Only what still waits for a label: nothing given, or <see cref="EvalStatus.NeedsReview"/>.</summary>
    public bool Unlabelled { get; init; }

    /// <summary>Only what was last reviewed at this time; given null: never. A change can be made to depend on nobody else having reviewed in between.</summary>
    public Given<DateTimeOffset?>? ReviewedAt { get; init; }

    /// <summary>Words, each of which has to be there (or begin a word that is).</summary>
    public string? Query { get; init; }

    /// <summary>Created at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Created before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Brought by one of these jobs. What was there before and has only changed is not among it.</summary>
    public IReadOnlyList<JobId> Imports { get; init; } = [];

    /// <summary>Only these; null means that ids do not narrow.</summary>
    public IReadOnlyList<SessionId>? Ids { get; init; }

    /// <summary>Nothing narrows. (Lists compare by reference, so the record's own equality does not say it.)</summary>
    public bool IsEmpty =>
        Sources.Count + Authors.Count + Models.Count + Projects.Count + Tags.Count + Statuses.Count + Imports.Count == 0
        && EvalReady is null && string.IsNullOrEmpty(Query) && From is null && To is null && Ids is null
        && !Unlabelled && ReviewedAt is null;

    /// <summary>The same text for the same filter; null when ids narrow, whose filters nobody asks for twice.</summary>
    internal string? Key => Ids is not null ? null : string.Join('\u001e',
        Joined(Sources), Joined(Authors), Joined(Models), Joined(Projects), Joined(Tags), EvalReady, Joined(Statuses), Query, From?.UtcTicks, To?.UtcTicks, Unlabelled, Joined(Imports), ReviewedAt?.Value?.UtcTicks ?? (ReviewedAt is null ? null : -1));

    private static string Joined<T>(IReadOnlyList<T> values) => string.Join('\u001f', values);
}
