using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Where a transcript is to open: the first that is given counts; none means its beginning.</summary>
/// <param name="Message">A message, by its id.</param>
/// <param name="Turn">A turn, by its number.</param>
/// <param name="From">A message, by its index.</param>
/// <param name="Find">A text that is looked for in the message.</param>
internal readonly record struct TranscriptPlace(string? Message = null, int? Turn = null, int? From = null, string? Find = null);

/// <summary>Opens windows of sessions.</summary>
internal sealed class Transcripts(SessionWindows windows)
{
    /// <summary>The window that holds a place. It has no target when the message is none of the session's.</summary>
    public async Task<Transcript> OpenAsync(SessionRow row, TranscriptPlace place, CancellationToken cancellationToken)
    {
        var outline = await windows.OutlineAsync(row, cancellationToken);
        MessageId? target = TypeId.TryParse<MessageId>(place.Message, out var id) && outline.IndexOf(id) is not null ? id : null;
        var index = target is { } found ? outline.ShownAt(outline.IndexOf(found)!.Value)
            : place.Turn is { } turn && outline.Turns.Count > 0 ? outline.Turns[Math.Clamp(turn, 1, outline.Turns.Count) - 1].FirstIndex
            : Math.Clamp(place.From ?? 0, 0, Math.Max(0, outline.Count - 1));
        var from = index / Transcript.WindowSize * Transcript.WindowSize;
        var window = await windows.ReadAsync(row, from, from + Transcript.WindowSize, cancellationToken);
        return Transcript.Of(window) with { Target = target, Find = place.Find };
    }
}
