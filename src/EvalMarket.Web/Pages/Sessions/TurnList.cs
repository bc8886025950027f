using EvalMarket.Core.Sessions.Transcripts;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>
/// What the turn navigator shows of a session: all turns of a short one, a stretch around the current one of a long one, or those whose first
/// line has a text.
/// </summary>
internal sealed record TurnList
{
    /// <summary>A session of more turns than this gets a filter, and its turns in stretches.</summary>
    public const int Most = 200;

    public required ITranscriptHost Host { get; init; }

    public required IReadOnlyList<OutlineTurn> Turns { get; init; }

    /// <summary>How many turns the session has.</summary>
    public required int Total { get; init; }

    /// <summary>How many have the text.</summary>
    public required int Matching { get; init; }

    /// <summary>The text that they are filtered by; "" for all.</summary>
    public required string Filter { get; init; }

    public bool IsLong => Total > Most;

    /// <summary>Number of the turn that the stretch before this one begins around.</summary>
    public int? Earlier => Filter.Length == 0 && Turns is [{ Number: > 1 } first, ..] ? Math.Max(1, first.Number - (Most / 2)) : null;

    public int? Later => Filter.Length == 0 && Turns is [.., { } last] && last.Number < Total ? last.Number + (Most / 2) : null;

    /// <summary>What to show.</summary>
    /// <param name="host">Where it stands.</param>
    /// <param name="around">Number of a turn that the stretch must hold.</param>
    /// <param name="filter">A text that their first lines must have.</param>
    public static TurnList Of(ITranscriptHost host, int around, string? filter)
    {
        var all = host.Transcript.Outline.Turns;
        var text = filter?.Trim() ?? "";
        if (text.Length > 0)
        {
            var matching = all.Where(turn => turn.Line.Contains(text, StringComparison.OrdinalIgnoreCase)).ToList();
            return new TurnList { Host = host, Turns = [.. matching.Take(Most)], Total = all.Count, Matching = matching.Count, Filter = text };
        }

        var from = all.Count <= Most ? 0 : Math.Clamp(around - (Most / 2), 0, all.Count - Most);
        return new TurnList { Host = host, Turns = [.. all.Skip(from).Take(Most)], Total = all.Count, Matching = all.Count, Filter = "" };
    }
}
