using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Infrastructure.Markdown;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Reasoning of a message.</summary>
/// <param name="Part">Which of the message's parts it is.</param>
/// <param name="Text">What was thought.</param>
internal sealed record Thought(int Part, string Text);

/// <summary>A picture of a message.</summary>
/// <param name="Part">Which of the message's parts it is.</param>
/// <param name="Source">As it came.</param>
/// <param name="Facts">Null: nothing that may be shown.</param>
internal sealed record TranscriptPicture(int Part, MessagePart Source, PictureFacts? Facts);

/// <summary>A message as the transcript shows it.</summary>
/// <param name="Number">Of its turn, when it begins one.</param>
/// <param name="Remarks">Who put which comment or tag on it here.</param>
internal sealed record TranscriptMessage(
    Message Message, int? Number, IReadOnlyList<Thought> Reasoning, IReadOnlyList<ToolUse> Tools, IReadOnlyList<TranscriptPicture> Pictures, IReadOnlyList<MessageAnnotation> Remarks);

/// <summary>
/// A window of a session's messages, ready to be shown: calls paired with their results wherever those stand, messages that only bring
/// results folded into the calls. Windows lie on a grid of <see cref="WindowSize"/> messages.
/// </summary>
internal sealed record Transcript
{
    public const int WindowSize = 100;

    /// <summary>Pixels between windows: <c>--space-4</c>, as long as nobody has chosen larger letters.</summary>
    public const int Gap = 16;

    /// <summary>Characters of a message from which on it is folded.</summary>
    public const int LongText = 3_000;

    /// <summary>Characters of text in a window from which on its long messages are shown in part.</summary>
    private const int MostText = 2_000_000;

    private const int LongestOfMuch = 20_000;

    public required IReadOnlyList<TranscriptMessage> Messages { get; init; }

    public required SessionOutline Outline { get; init; }

    /// <summary>Index of the first message of the window.</summary>
    public required int From { get; init; }

    /// <summary>Index after the last one.</summary>
    public required int To { get; init; }

    public int Total => Outline.Count;

    /// <summary>Which window of the session this is, the first being 0.</summary>
    public int Window => From / WindowSize;

    /// <summary>Characters of a message that are shown; a longer one is a text of its own, one click away.</summary>
    public int LongestText => Messages.Sum(entry => (long)entry.Message.Content.Length) > MostText ? LongestOfMuch : SafeMarkdown.LongestFormatted;

    public int? Next => To < Total ? To : null;

    public int? Previous => From > 0 ? Math.Max(0, From - WindowSize) : null;

    /// <summary>The message that an address points at: it is marked, and unfolded when it lies in a fold.</summary>
    public MessageId? Target { get; init; }

    /// <summary>A text that is looked for: folds of the target that hold it are open.</summary>
    public string? Find { get; init; }

    public static int WindowsOf(SessionOutline outline) => (outline.Count + WindowSize - 1) / WindowSize;

    public static int WindowOf(int index) => index / WindowSize;

    /// <summary>Makes what is shown of what was read.</summary>
    public static Transcript Of(SessionWindow window)
    {
        var outline = window.Outline;
        var starts = outline.TurnsBefore(window.From);
        var shown = new List<TranscriptMessage>(window.To - window.From);
        for (var index = window.From; index < window.To; index++)
        {
            int? number = starts < outline.Turns.Count && outline.Turns[starts].FirstIndex == index ? ++starts : null;
            if (!outline[index].IsFoldedAway && window.Messages.TryGetValue(index, out var message))
            {
                shown.Add(new TranscriptMessage(
                    message,
                    number,
                    [.. message.Parts.Index().Where(part => part.Item is { Type: MessagePartType.Reasoning, Text.Length: > 0 }).Select(part => new Thought(part.Index, part.Item.Text!))],
                    [.. ToolsOf(message, index, window)],
                    [.. message.Parts.Index().Where(part => part.Item.Type == MessagePartType.Image).Select(part => new TranscriptPicture(part.Index, part.Item, PictureFacts.OfPart(part.Item)))],
                    [.. window.Remarks[message.Id!.Value]]));
            }
        }

        return new Transcript { Messages = shown, Outline = outline, From = window.From, To = window.To };
    }

    /// <summary>How high each window will be, in pixels, as far as lines and folds say: so that a scroll bar tells the truth before they are read.</summary>
    /// <remarks>Browsers cannot show what is higher than about 33 million pixels: what would be is made lower.</remarks>
    public static IReadOnlyList<int> HeightsOf(SessionOutline outline)
    {
        const long Highest = 20_000_000;
        List<int> heights = [.. EstimatesOf(outline)];
        var whole = heights.Sum(height => (long)height);
        return whole <= Highest ? heights : [.. heights.Select(height => (int)(height * Highest / whole))];
    }

    private static IEnumerable<int> EstimatesOf(SessionOutline outline)
    {
        const int Head = 44;
        const int Line = 25;
        const int Fold = 33;
        const int TurnMark = 34;
        const int SystemMessage = 50;
        const int HighestText = 556;
        var turn = 0;
        for (var from = 0; from < outline.Count; from += WindowSize)
        {
            var height = 0;
            for (var index = from; index < Math.Min(outline.Count, from + WindowSize); index++)
            {
                var extent = outline[index];
                height += extent switch
                {
                    { IsFoldedAway: true } => 0,
                    { Role: MessageRole.System } => SystemMessage,
                    _ => Head + Math.Min(HighestText, extent.Lines * Line) + (extent.Folds * Fold) + (extent.Role == MessageRole.User ? Line : 0),
                };
                if (turn < outline.Turns.Count && outline.Turns[turn].FirstIndex == index)
                {
                    height += TurnMark;
                    turn++;
                }
            }

            yield return height;
        }
    }

    /// <summary>The fold holds what an address points at.</summary>
    public bool OpensFor(MessageId? message, params ReadOnlySpan<string?> texts)
    {
        if (message != Target || Target is null || string.IsNullOrEmpty(Find))
        {
            return false;
        }

        foreach (var text in texts)
        {
            if (text?.Contains(Find, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Calls with their results, and results whose call is nowhere.</summary>
    private static IEnumerable<ToolUse> ToolsOf(Message message, int index, SessionWindow window)
    {
        foreach (var (number, part) in message.Parts.Index())
        {
            if (part.Type == MessagePartType.ToolCall)
            {
                var result = window.Outline.ResultOf(new PartPlace(index, number));
                var holder = result is { } place && window.Messages.TryGetValue(place.Message, out var found) ? found : null;
                yield return ToolUse.OfCall(part, number, holder, holder?.Parts[result!.Value.Part], result?.Part);
            }
            else if (part.Type == MessagePartType.ToolResult && !window.Outline.IsPaired(new PartPlace(index, number)))
            {
                yield return ToolUse.OfResult(part, number, message);
            }
        }
    }
}
