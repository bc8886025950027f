using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What a label panel's form means for the session as it is now.</summary>
internal sealed record LabelReading
{
    public required LabelChange Change { get; init; }

    /// <summary>What is wrong with the form, in words.</summary>
    public string? Error { get; init; }

    public LabelConflict? Conflict { get; init; }

    /// <summary>The panel shows texts that somebody has changed since, and nobody has typed there: it is to be drawn again.</summary>
    public bool IsStale { get; init; }
}

/// <summary>What two people changed at once. Nothing is saved until one of them has chosen.</summary>
/// <param name="Notes">The notes as somebody else saved them; null when they are not in question.</param>
/// <param name="Expected">The expected output as somebody else saved it; null when it is not in question.</param>
/// <param name="Status">The label that somebody else gave; null when it is not in question.</param>
/// <param name="Chosen">The label that was chosen here, if any.</param>
internal sealed record LabelConflict(string? Notes, string? Expected, EvalStatus? Status, EvalStatus? Chosen)
{
    public bool IsNone => Notes is null && Expected is null && Status is null;
}
