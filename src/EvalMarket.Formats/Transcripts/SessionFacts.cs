using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>What the readers derive about a session in the same way, whatever the source.</summary>
internal static class SessionFacts
{
    private const int TitleCharacters = 120;

    /// <summary>The first text that has something in it, on one line, cut at about 120 characters.</summary>
    public static string? Title(params IEnumerable<string?> candidates)
    {
        var text = candidates.FirstOrDefault(candidate => !string.IsNullOrWhiteSpace(candidate));
        if (text is null)
        {
            return null;
        }

        // Only the beginning is looked at: a prompt can be megabytes of pasted log.
        var beginning = text.AsSpan(0, Math.Min(text.Length, 4 * TitleCharacters)).Trim().ToString();
        var words = new string([.. beginning.Select(character => char.IsControl(character) ? ' ' : character)]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var line = string.Join(' ', words);
        if (line.Length <= TitleCharacters)
        {
            return line;
        }

        var cut = line.LastIndexOf(' ', TitleCharacters - 1) is var space and > TitleCharacters / 2 ? space : TitleCharacters - 1;
        if (char.IsHighSurrogate(line[cut - 1]))
        {
            cut--;
        }

        return line[..cut] + "…";
    }

    /// <summary>The first prompt, as a title.</summary>
    public static string? FirstPrompt(IEnumerable<Message> messages) =>
        messages.FirstOrDefault(message => message.Role == MessageRole.User && Turns.HasText(message))?.Content;

    /// <summary>
    /// What one agent said to another: no prompt of a person, so it begins no turn. It is kept as a system message, which belongs to none, and says whose it is.
    /// </summary>
    public static Message OfAgent(Message prompt) =>
        prompt with { Role = MessageRole.System, ParticipantData = MetadataObject.OfValues([new("sender", "agent")]) };

    /// <summary>Last folder of a working directory, of either kind of path.</summary>
    public static string? Project(string? folder) =>
        Short(folder?.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault());

    /// <summary>The model that most answers come from; among equals the later one.</summary>
    public static string? Model(IEnumerable<Message> messages) => messages
        .Select((message, index) => (message, index))
        .Where(pair => pair.message is { Role: MessageRole.Assistant, Model: not null })
        .GroupBy(pair => pair.message.Model)
        .OrderByDescending(group => group.Count())
        .ThenByDescending(group => group.Max(pair => pair.index))
        .FirstOrDefault()?.Key;

    /// <summary>Text that fits a name field: no control characters, at most 200 characters; null for nothing.</summary>
    public static string? Short(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var clean = text.Any(char.IsControl) ? new string([.. text.Where(character => !char.IsControl(character))]) : text;
        if (clean.Length > SessionLimits.ShortText)
        {
            clean = clean[..(char.IsHighSurrogate(clean[SessionLimits.ShortText - 1]) ? SessionLimits.ShortText - 1 : SessionLimits.ShortText)];
        }

        return clean.Length == 0 ? null : clean;
    }

    /// <summary>A source's id if it can serve as one, else a hash of it: two long ids never fall together.</summary>
    public static string? Id(string? text) => text switch
    {
        null or "" => null,
        { Length: <= SessionLimits.ExternalId } when !text.Any(char.IsControl) => text,
        _ => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))),
    };

    /// <summary>A name for a session whose source has none: the hash of its messages, so that the same file is the same session again.</summary>
    public static string HashOf(IEnumerable<Message> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var message in messages)
        {
            buffer.ResetWrittenCount();
            MessageLines.Write(message, buffer);
            hash.AppendData(buffer.WrittenSpan);
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// A name for a session that may still grow: the hash of its first message and the time of it. Without a time, that of all messages:
    /// many sessions begin with the same words.
    /// </summary>
    public static string HashOfBeginning(IReadOnlyList<Message> messages) =>
        HashOf(messages is [{ CreatedAt: not null }, ..] ? messages.Take(1) : messages);

    /// <summary>An image from base64 data, a data URL, or an address.</summary>
    public static MessagePart Image(string? mimeType, string? data, string? url, string? name = null)
    {
        const string Marker = ";base64,";
        if (url is not null && url.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            && url.IndexOf(Marker, StringComparison.OrdinalIgnoreCase) is var at and > 0)
        {
            (mimeType, data, url) = (url[5..at], url[(at + Marker.Length)..], null);
        }

        return new MessagePart { Type = MessagePartType.Image, MimeType = Short(mimeType), Data = data, Url = url, Name = Short(name) };
    }

    /// <summary>A tool's arguments: usually JSON in a text; kept as the text when it is none.</summary>
    public static JsonElement? Arguments(JsonElement? value)
    {
        if (value is not { ValueKind: JsonValueKind.String } text)
        {
            return value?.Clone();
        }

        try
        {
            using var document = JsonDocument.Parse(WellFormedText.OfJson(System.Text.Encoding.UTF8.GetBytes(text.GetString()!), out _), JsonText.ReadOptions);
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? document.RootElement.Clone() : text.Clone();
        }
        catch (JsonException)
        {
            // Models do write arguments that are no JSON; what they wrote is what counts.
            return text.Clone();
        }
    }
}
