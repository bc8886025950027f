using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Datasets;

/// <summary>Reads the members of one item object.</summary>
internal sealed class DatasetItemFields(FieldChecks checks, UnknownProperties unknown)
{
    private readonly List<KeyValuePair<string, JsonElement>> extra = [];
    private DatasetItem item = new() { Input = "" };
    private string? evalInput;
    private bool hasInput;
    private bool hasOutput;

    public string? ForeignId { get; private set; }

    public SectionId? Section { get; private set; }

    public DatasetItem? Read(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            checks.Add(path, "An item is a JSON object.");
            return null;
        }

        foreach (var property in element.EnumerateObject())
        {
            var at = FieldChecks.At(path, property.Name);
            if (!ReadField(property.Name, property.Value, at))
            {
                Unknown(property.Name, property.Value, at);
            }
        }

        if (!hasInput && evalInput is not null)
        {
            item = item with { Input = evalInput };
        }

        if (!hasInput && evalInput is null)
        {
            checks.Add(FieldChecks.At(path, "input"), "An item needs an input: {\"content\": \"…\"}.");
        }
        else if (item.Input.Length == 0)
        {
            checks.Add($"{path}/{(hasInput ? "input/content" : "inputs/text")}", "The input must not be empty.");
        }

        if (!hasOutput && item.Answer is { } answer)
        {
            item = item with { Output = JsonObjects.AsText(answer) };
        }

        return item with { Metadata = JsonObjects.With(item.Metadata, extra) };
    }

    private bool ReadField(string name, JsonElement value, string at)
    {
        switch (name)
        {
            case "id":
                Id(value, at);
                return true;
            case "section_id":
                Section = SectionOf(value, at);
                return true;
            case "input":
                hasInput = true;
                item = item with { Input = Content("input", "content", value, at) ?? "" };
                return true;
            case "inputs":
                evalInput = Content("inputs", "text", value, at);
                return true;
            case "output":
                hasOutput = value.ValueKind != JsonValueKind.Null;
                item = item with { Output = Content("output", "content", value, at) ?? "" };
                return true;
            case "context":
                item = item with { Context = checks.Object(value, at) ?? JsonObjects.Empty };
                return true;
            case "history":
                item = item with { History = HistoryMessages.Read(checks, value, at, unknown) };
                return true;
            case "participant_data":
                item = item with { ParticipantData = checks.Object(value, at) ?? JsonObjects.Empty };
                return true;
            case "session_state":
                item = item with { SessionState = checks.Object(value, at) ?? JsonObjects.Empty };
                return true;
            case "assets":
                item = item with { Assets = Assets(value, at) };
                return true;
            case "source":
                item = item with { Source = Source(value, at) };
                return true;
            case "metadata":
                item = item with { Metadata = checks.Object(value, at) ?? JsonObjects.Empty };
                return true;
            case "type":
                item = item with { Type = checks.Text(value, at, DatasetLimits.Type) };
                return true;
            case "choices":
                item = item with { Choices = Any(value) };
                return true;
            case "answer":
                item = item with { Answer = Any(value) };
                return true;
            case "criteria":
                item = item with { Criteria = Any(value) };
                return true;
            default:
                return false;
        }
    }

    private void Id(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (value.ValueKind == JsonValueKind.String && TypeId.TryParse<ItemId>(value.GetString(), out var id))
        {
            item = item with { Id = id };
        }
        else if (unknown == UnknownProperties.Keep && value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            ForeignId = JsonObjects.AsText(value);
            extra.Add(new("id", value));
        }
        else
        {
            checks.Add(at, "An id looks like itm_01j5…; leave it out and the item gets one.");
        }
    }

    private SectionId? SectionOf(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && TypeId.TryParse<SectionId>(value.GetString(), out var section))
        {
            return section;
        }

        if (unknown == UnknownProperties.Keep)
        {
            extra.Add(new("section_id", value));
        }
        else
        {
            checks.Add(at, "The id of a section looks like sec_01j5….");
        }

        return null;
    }

    /// <summary>The text in an object around it; what stands beside it goes to the metadata, under the object's name.</summary>
    private string? Content(string name, string member, JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            checks.Add(at, $"This must be an object: {{\"{member}\": \"…\"}}.");
            // One error is enough.
            return " ";
        }

        string? text = null;
        List<KeyValuePair<string, JsonElement>> beside = [];
        foreach (var property in value.EnumerateObject())
        {
            var path = FieldChecks.At(at, property.Name);
            if (property.Name == member)
            {
                text = property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null ? checks.Text(property.Value, path) : NoText(path);
            }
            else if (unknown == UnknownProperties.Keep)
            {
                beside.Add(new(property.Name, property.Value));
            }
            else
            {
                checks.Add(path, "There is no such property.");
            }
        }

        if (beside.Count > 0)
        {
            extra.Add(new(name, JsonObjects.With(JsonObjects.Empty, beside)));
        }

        return text ?? "";
    }

    private string NoText(string path)
    {
        checks.Add(path, "This must be text.");
        return " ";
    }

    private List<AssetReference> Assets(JsonElement value, string at)
    {
        List<AssetReference> assets = [];
        foreach (var (element, path) in checks.List(value, at))
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                checks.Add(path, "An asset is an object with path, mime_type, sha256 and bytes.");
                continue;
            }

            assets.Add(Asset(element, path));
        }

        if (assets.Count > DatasetLimits.Assets)
        {
            checks.Add(at, $"At most {DatasetLimits.Assets} assets; there are {assets.Count}.");
        }

        return assets;
    }

    private AssetReference Asset(JsonElement element, string path)
    {
        var asset = new AssetReference("", null, null, null);
        foreach (var property in element.EnumerateObject())
        {
            var at = FieldChecks.At(path, property.Name);
            switch (property.Name)
            {
                case "path":
                    asset = asset with { Path = AssetPath(property.Value, at) };
                    break;
                case "mime_type":
                    asset = asset with { MimeType = checks.Text(property.Value, at, DatasetLimits.MimeType, isName: true) };
                    break;
                case "sha256":
                    asset = asset with { Sha256 = Sha256(property.Value, at) };
                    break;
                case "bytes":
                    asset = asset with { Bytes = checks.Count(property.Value, at) };
                    break;
                default:
                    Unplaced(at);
                    break;
            }
        }

        if (asset.Path.Length == 0)
        {
            checks.Add(FieldChecks.At(path, "path"), "An asset needs a path.");
        }

        return asset;
    }

    private string AssetPath(JsonElement value, string at)
    {
        if (checks.Text(value, at, DatasetLimits.AssetPath, isName: true) is not { } text)
        {
            return " ";
        }

        if (text.Contains('\\', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal)
            || text.Split('/').Any(step => step is "" or "." or ".."))
        {
            checks.Add(at, "The path must be relative, with forward slashes and names between them: assets/photo.png.");
        }

        return text;
    }

    private string? Sha256(JsonElement value, string at)
    {
        if (checks.Text(value, at) is not { } text)
        {
            return null;
        }

        if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
        {
            return text.ToLowerInvariant();
        }

        checks.Add(at, "This must be 64 hexadecimal digits.");
        return null;
    }

    private ItemSource? Source(JsonElement value, string path)
    {
        if (checks.Object(value, path) is not { } source)
        {
            return null;
        }

        SessionId? session = null;
        List<MessageId> messages = [];
        foreach (var property in source.EnumerateObject())
        {
            var at = FieldChecks.At(path, property.Name);
            switch (property.Name)
            {
                case "session_id" when TypeId.TryParse<SessionId>(TextOf(property.Value), out var id):
                    session = id;
                    break;
                case "session_id":
                    checks.Add(at, "The id of a session looks like ses_01j5….");
                    return null;
                case "message_ids":
                    messages = [.. checks.List(property.Value, at).Select(entry => MessageIdOf(entry.Value, entry.Path)).OfType<MessageId>()];
                    break;
                default:
                    Unplaced(at);
                    break;
            }
        }

        if (session is null)
        {
            checks.Add(FieldChecks.At(path, "session_id"), "A source needs the id of its session.");
        }

        if (messages.Count > DatasetLimits.SourceMessages)
        {
            checks.Add(FieldChecks.At(path, "message_ids"), $"At most {DatasetLimits.SourceMessages} messages; there are {messages.Count}.");
        }

        return session is { } known ? new ItemSource(known, messages) : null;
    }

    private MessageId? MessageIdOf(JsonElement value, string at)
    {
        if (TypeId.TryParse<MessageId>(TextOf(value), out var id))
        {
            return id;
        }

        checks.Add(at, "The id of a message looks like msg_01j5….");
        return null;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Any(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.Clone();

    private void Unknown(string name, JsonElement value, string at)
    {
        if (unknown == UnknownProperties.Refuse)
        {
            checks.Add(at, "There is no such property.");
        }
        else
        {
            extra.Add(new(name, value));
        }
    }

    private void Unplaced(string at)
    {
        if (unknown == UnknownProperties.Refuse)
        {
            checks.Add(at, "There is no such property.");
        }
    }
}
