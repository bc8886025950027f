using System.Buffers;
using System.Text;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Transcripts;

/// <summary>A place in a session where a text was found.</summary>
/// <param name="Index">Of the message.</param>
/// <param name="Message">Its id.</param>
/// <param name="Role">Who spoke.</param>
/// <param name="Part">Which of its parts; null for its text.</param>
/// <param name="Type">What that part is.</param>
/// <param name="Occurrence">How many times the text stands before, in the same place.</param>
/// <param name="Before">What stands before it, on one line.</param>
/// <param name="Match">The text as it is there.</param>
/// <param name="After">What stands after it, on one line.</param>
public sealed record FindHit(
    int Index, MessageId Message, MessageRole Role, int? Part, MessagePartType? Type, int Occurrence, string Before, string Match, string After);

/// <summary>Where a text is in a session.</summary>
/// <param name="Hits">In order, at most <see cref="SessionFind.MostHits"/>.</param>
/// <param name="HasMore">There are more than these.</param>
public sealed record FindResult(IReadOnlyList<FindHit> Hits, bool HasMore);

/// <summary>
/// Looks for a text in all of a session: what was said, reasoning, inputs and outputs of tools; upper and lower case are the same. Goes through
/// the session once, and stops when enough is found or nobody waits any more.
/// </summary>
public sealed class SessionFind(SessionFiles files)
{
    public const int MostHits = 500;

    public const int LongestText = 200;

    private const int Around = 48;

    /// <summary>Looks for it.</summary>
    /// <exception cref="Storage.StorageException">A chunk is missing or damaged.</exception>
    public async Task<FindResult> FindAsync(SessionRow row, string text, CancellationToken cancellationToken)
    {
        List<FindHit> hits = [];
        if (text.Length is 0 or > LongestText)
        {
            return new FindResult(hits, false);
        }

        var sieve = Sieve(text);
        var index = 0;
        await foreach (var line in files.ReadLinesAsync(row, cancellationToken))
        {
            if (MayHold(line.Span, sieve))
            {
                Look(MessageLines.Read(line), index, text, hits);
                if (hits.Count > MostHits)
                {
                    return new FindResult(hits[..MostHits], true);
                }
            }

            index++;
        }

        return new FindResult(hits, false);
    }

    private static void Look(Message message, int index, string text, List<FindHit> hits)
    {
        Look(message, index, null, message.Content, text, hits);
        for (var part = 0; part < message.Parts.Count && hits.Count <= MostHits; part++)
        {
            Look(message, index, part, TextOf(message.Parts[part]), text, hits);
        }
    }

    /// <summary>What a page shows of a part.</summary>
    private static string? TextOf(MessagePart part) => part.Type switch
    {
        MessagePartType.ToolCall => ToolInput.TextOf(part.Input),
        MessagePartType.ToolResult or MessagePartType.Reasoning => part.Text,
        _ => null,
    };

    private static void Look(Message message, int index, int? part, string? within, string text, List<FindHit> hits)
    {
        var occurrence = 0;
        var at = within?.IndexOf(text, StringComparison.OrdinalIgnoreCase) ?? -1;
        while (at >= 0 && hits.Count <= MostHits)
        {
            var end = at + text.Length;
            hits.Add(new FindHit(
                index, message.Id!.Value, message.Role, part, part is { } number ? message.Parts[number].Type : null, occurrence++,
                (at > Around ? "…" : "") + OneLine(within!, Math.Max(0, at - Around), at),
                within![at..end],
                OneLine(within, end, Math.Min(within.Length, end + Around)) + (within.Length > end + Around ? "…" : "")));
            at = within.IndexOf(text, end, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>A surrogate pair is not cut in two.</summary>
    private static string OneLine(string text, int from, int to)
    {
        from += from < to && char.IsLowSurrogate(text[from]) ? 1 : 0;
        to -= to > from && char.IsHighSurrogate(text[to - 1]) ? 1 : 0;
        return text[from..to].ReplaceLineEndings(" ");
    }

    /// <summary>The longest word in the text: letters and digits stand in a line of JSON as they are, so a line without it need not be read.</summary>
    private static SearchValues<string>? Sieve(string text)
    {
        var longest = "";
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || !char.IsAsciiLetterOrDigit(text[at]))
            {
                longest = at - start > longest.Length ? text[start..at] : longest;
                start = at + 1;
            }
        }

        return longest.Length > 0 ? SearchValues.Create([longest], StringComparison.OrdinalIgnoreCase) : null;
    }

    private static bool MayHold(ReadOnlySpan<byte> line, SearchValues<string>? sieve)
    {
        if (sieve is null)
        {
            return true;
        }

        var characters = ArrayPool<char>.Shared.Rent(line.Length);
        try
        {
            var length = Encoding.UTF8.GetChars(line, characters);
            return characters.AsSpan(0, length).ContainsAny(sieve);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }
}
