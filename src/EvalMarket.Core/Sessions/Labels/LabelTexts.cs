namespace EvalMarket.Core.Sessions.Labels;

/// <summary>The eval fields that are texts, as far as a change touched them.</summary>
internal sealed record LabelTexts
{
    public string? Notes { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public string? ExpectedOutput { get; init; }
}

/// <summary>What a change set, without the sessions.</summary>
internal sealed record LabelSummary
{
    public LabelSet? Set { get; init; }

    public IReadOnlyList<string>? AddTags { get; init; }

    public IReadOnlyList<string>? RemoveTags { get; init; }
}
