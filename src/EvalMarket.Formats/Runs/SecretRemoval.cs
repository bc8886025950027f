using System.Buffers;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Runs;

/// <summary>
/// Takes keys, tokens, passwords and other secrets out of JSON: by the name of what holds them (<see cref="SecretNames"/>) with the whole value, and by the shape of tokens within any text (<see cref="SecretShapes"/>).
/// Says where each was, and never what.
/// </summary>
public static class SecretRemoval
{
    /// <summary>A header as an object or as a pair: what the name is under, and what the value is under.</summary>
    private static readonly string[] NameKeys = ["name", "key", "header"];

    /// <summary>The document without its secrets. A clean one is written anew as well, without insignificant space.</summary>
    public static (JsonElement Clean, IReadOnlyList<RemovedSecret> Removed) Clean(JsonElement document)
    {
        List<RemovedSecret> removed = [];
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, JsonText.WriterOptions))
        {
            Write(writer, document, "", removed);
        }

        using var clean = JsonDocument.Parse(bytes.WrittenMemory, new JsonDocumentOptions { MaxDepth = 128 });
        return (clean.RootElement.Clone(), removed);
    }

    /// <summary>Text without what looks like a token; null when nothing does.</summary>
    public static string? CleanText(string text) => SecretShapes.Remove(text);

    internal static void Write(Utf8JsonWriter writer, JsonElement element, string path, List<RemovedSecret> removed)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, element, path, removed);
                break;
            case JsonValueKind.Array:
                WriteList(writer, element, path, removed);
                break;
            case JsonValueKind.String:
                var text = element.GetString()!;
                if (SecretShapes.Remove(text) is { } clean)
                {
                    removed.Add(new RemovedSecret(path, "it has the shape of a token"));
                    text = clean;
                }

                JsonText.WriteText(writer, text);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement element, string path, List<RemovedSecret> removed)
    {
        // {"name":"Authorization","value":"…"}: the name of the secret is a value here.
        var isNamedSecret = NameKeys.Any(key => element.MemberText(key) is { } name && name.Length < 100 && SecretNames.IsSecret(name));
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject())
        {
            var at = FieldChecks.At(path, member.Name);
            var isSecret = SecretNames.IsSecret(member.Name) || (isNamedSecret && member.Name.Equals("value", StringComparison.OrdinalIgnoreCase));
            if (isSecret && CouldBeSecret(member.Value))
            {
                removed.Add(new RemovedSecret(at, "its name says that it is a secret"));
                continue;
            }

            // A name can be a token, too.
            var name = SecretShapes.Remove(member.Name);
            if (name is not null)
            {
                removed.Add(new RemovedSecret(path, "a key has the shape of a token"));
                at = FieldChecks.At(path, name);
            }

            writer.WritePropertyName(name ?? member.Name);
            Write(writer, member.Value, at, removed);
        }

        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, JsonElement element, string path, List<RemovedSecret> removed)
    {
        writer.WriteStartArray();
        var index = 0;
        var isAfterFlag = false;
        foreach (var item in element.EnumerateArray())
        {
            var at = $"{path}/{index++}";
            var text = item.ValueKind == JsonValueKind.String ? item.GetString()! : null;
            if (isAfterFlag && text is not null and not SecretShapes.Replacement && !text.StartsWith('-'))
            {
                // ["--api-key", "…"], ["Authorization", "…"]
                removed.Add(new RemovedSecret(at, "what stands before it says that it is a secret"));
                writer.WriteStringValue(SecretShapes.Replacement);
            }
            else
            {
                Write(writer, item, at, removed);
            }

            isAfterFlag = text is { Length: > 1 and < 100 } && (text.StartsWith('-') || index == 1) && !text.Contains(' ', StringComparison.Ordinal)
                && !text.Contains('=', StringComparison.Ordinal) && SecretNames.IsSecret(text) && (text.StartsWith('-') || element.GetArrayLength() == 2);
        }

        writer.WriteEndArray();
    }

    /// <summary>Nothing, yes and no are no secrets, nor is what has been removed before; a count of tokens would be a number under another name.</summary>
    private static bool CouldBeSecret(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text && text != SecretShapes.Replacement,
        JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };
}
