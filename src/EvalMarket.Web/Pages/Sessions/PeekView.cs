using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A session beside the list that it was opened from.</summary>
internal sealed record PeekView : ITranscriptHost
{
    public required SessionRow Row { get; init; }

    public required SessionAddress Address { get; init; }

    /// <summary>The first window of the conversation.</summary>
    public required Transcript Transcript { get; init; }

    public required LabelPanel Labels { get; init; }

    public required SessionId? Newer { get; init; }

    public required SessionId? Older { get; init; }

    public bool MayLabel => Labels.MayLabel;
}
