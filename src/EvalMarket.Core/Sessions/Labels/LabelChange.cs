using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>A value that a request gives, maybe null, as against one that it leaves alone.</summary>
public readonly record struct Given<T>(T Value);

/// <summary>
/// A change of eval fields, the same for one session and for ten thousand. Fields that are not given stay as they are.
/// </summary>
public sealed record LabelChange
{
    public bool? EvalReady { get; init; }

    /// <summary>Given null takes the status away (an eval-ready session falls back to needs_review).</summary>
    public Given<EvalStatus?>? Status { get; init; }

    public Given<string?>? Notes { get; init; }

    public Given<string?>? ExpectedOutput { get; init; }

    /// <summary>The whole list, replacing the old one.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string> AddTags { get; init; } = [];

    public IReadOnlyList<string> RemoveTags { get; init; } = [];

    public bool ChangesTags => Tags is not null || AddTags.Count > 0 || RemoveTags.Count > 0;

    public bool IsEmpty => EvalReady is null && Status is null && Notes is null && ExpectedOutput is null && !ChangesTags;

    /// <summary>The tags afterwards, each once, in the order in which they came.</summary>
    public IReadOnlyList<string> ApplyTo(IReadOnlyList<string> tags)
    {
        if (!ChangesTags)
        {
            return tags;
        }

        return [.. (Tags ?? tags).Concat(AddTags).Where(tag => !RemoveTags.Contains(tag)).Distinct(StringComparer.Ordinal)];
    }
}
