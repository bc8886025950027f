using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Sessions;

/// <summary>What to do with properties that a session does not have.</summary>
public enum UnknownProperties
{
    /// <summary>They are errors: requests of the API.</summary>
    Refuse,

    /// <summary>Those of the session go to its metadata, those of a message have no place: files.</summary>
    Keep,
}

/// <summary>One session that was read, or everything that is wrong with it.</summary>
/// <param name="Session">Null when there are errors.</param>
/// <param name="Errors">All of them, with JSON pointers into the document.</param>
public sealed record SessionReading(Session? Session, IReadOnlyList<ContentError> Errors);

/// <summary>The sessions of one document.</summary>
/// <param name="Sessions">In the order sent. A document that is no JSON at all gives one reading with its error.</param>
/// <param name="ReplacedCharacters">How many characters that are no text (U+0000, lone surrogates, invalid UTF-8) were replaced by U+FFFD.</param>
public sealed record SessionDocument(IReadOnlyList<SessionReading> Sessions, int ReplacedCharacters);

/// <summary>
/// Reads sessions in their wire shape (see <see cref="SessionWriter"/>), all errors at once. What we give out ourselves can be sent back:
/// <c>id</c>, <c>message_count</c> and the ids of messages are accepted and ignored. Duplicate keys and more than 64 levels are errors.
/// </summary>
public static class SessionReader
{
    /// <summary>Reads one session: a line of our own JSONL, or of an NDJSON request.</summary>
    public static SessionDocument Read(ReadOnlyMemory<byte> json, UnknownProperties unknown) =>
        Parse(json, root => [ReadSession(root, "", unknown)]);

    /// <summary>Reads the body of a request: one session, or <c>{"sessions":[…]}</c>.</summary>
    public static SessionDocument ReadRequest(ReadOnlyMemory<byte> json) => Parse(json, ReadRequest);

    private static List<SessionReading> ReadRequest(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("sessions", out var sessions))
        {
            return [ReadSession(root, "", UnknownProperties.Refuse)];
        }

        List<ContentError> errors = [];
        var checks = new FieldChecks(errors);
        foreach (var property in root.EnumerateObject().Where(property => property.Name != "sessions"))
        {
            checks.Add(FieldChecks.At("", property.Name), "There is no such property beside sessions.");
        }

        List<SessionReading> readings = [];
        foreach (var (item, path) in checks.List(sessions, "/sessions"))
        {
            readings.Add(ReadSession(item, path, UnknownProperties.Refuse));
        }

        if (errors.Count == 0 && readings.Count == 0)
        {
            checks.Add("/sessions", "There is no session in this list.");
        }

        return errors.Count == 0 ? readings : [new SessionReading(null, errors), .. readings];
    }

    private static SessionDocument Parse(ReadOnlyMemory<byte> json, Func<JsonElement, List<SessionReading>> read)
    {
        var clean = WellFormedText.OfJson(json, out var replaced);
        try
        {
            using var document = JsonDocument.Parse(clean, JsonText.ReadOptions);
            return new SessionDocument(read(document.RootElement), replaced);
        }
        catch (JsonException exception)
        {
            return new SessionDocument([new SessionReading(null, [new ContentError(JsonProblem.Describe(exception))])], replaced);
        }
    }

    private static SessionReading ReadSession(JsonElement element, string path, UnknownProperties unknown)
    {
        List<ContentError> errors = [];
        var session = new SessionFields(new FieldChecks(errors), unknown).Read(element, path);
        return errors.Count == 0 && session is not null ? new SessionReading(session, []) : new SessionReading(null, errors);
    }
}
