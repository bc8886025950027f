using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Datasets.Cloning;

/// <summary>Which messages: what is given has to hold of one and the same message. Nothing given means all.</summary>
public sealed record MessageFilter
{
    /// <summary>Words, each of which has to be in the text (or begin a word that is), as in the search of lists.</summary>
    public string? Query { get; init; }

    /// <summary>A tag of the message, whoever set it.</summary>
    public string? Tag { get; init; }

    /// <summary>User or assistant.</summary>
    public MessageRole? Role { get; init; }

    /// <summary>Said at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Said before this time. A message without a time is in no period.</summary>
    public DateTimeOffset? To { get; init; }

    public bool IsEmpty => string.IsNullOrEmpty(Query) && string.IsNullOrEmpty(Tag) && Role is null && From is null && To is null;

    /// <summary>The filter as a question to a message.</summary>
    internal Func<Message, bool> ToPredicate()
    {
        var words = string.IsNullOrEmpty(Query) ? null : Sessions.SearchWords.OfQuery(Query);
        return message =>
            (Role is null || message.Role == Role)
            && (string.IsNullOrEmpty(Tag) || message.Tags.Any(tag => tag.Name == Tag))
            && (From is null || message.CreatedAt >= From)
            && (To is null || message.CreatedAt < To)
            && (words is null || (words.Count > 0 && Holds(message.Content, words)));
    }

    private static bool Holds(string text, IReadOnlyList<string> words)
    {
        var found = new Sessions.SearchWords(int.MaxValue);
        found.Add(text);
        return words.All(word => found.Words.Any(each => each.StartsWith(word, StringComparison.Ordinal)));
    }
}
