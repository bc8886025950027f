using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Sessions;

/// <summary>Reads one message in its wire shape (see <see cref="MessageWriter"/>).</summary>
/// <param name="checks">Takes the errors.</param>
/// <param name="refuseUnknown">Unknown properties are errors; else they are passed over.</param>
/// <param name="keepIds">The line is our own: its <c>id</c> is ours, too.</param>
internal sealed class MessageReader(FieldChecks checks, bool refuseUnknown, bool keepIds)
{
    public Message? Read(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            checks.Add(path, "A message is a JSON object.");
            return null;
        }

        var message = new Message { Role = default };
        var hasContent = false;
        var hasRole = false;
        foreach (var property in element.EnumerateObject())
        {
            var value = property.Value;
            var at = FieldChecks.At(path, property.Name);
            switch (property.Name)
            {
                case "id":
                    message = message with { Id = keepIds && TypeId.TryParse<MessageId>(checks.Text(value, at), out var id) ? id : null };
                    break;
                case "external_id":
                    message = message with { ExternalId = checks.Text(value, at, SessionLimits.ExternalId, isName: true) };
                    break;
                case "role":
                    hasRole = true;
                    message = message with { Role = Role(value, at) };
                    break;
                case "content":
                    var content = checks.Text(value, at);
                    hasContent = value.ValueKind != JsonValueKind.Null;
                    message = message with { Content = content ?? "" };
                    break;
                case "parts":
                    message = message with { Parts = [.. checks.List(value, at).Select(item => Part(item.Value, item.Path)).OfType<MessagePart>()] };
                    break;
                case "model":
                    message = message with { Model = checks.Text(value, at, SessionLimits.ShortText) };
                    break;
                case "tokens":
                    message = message with { Tokens = checks.Count(value, at) };
                    break;
                case "created_at":
                    message = message with { CreatedAt = checks.Time(value, at) };
                    break;
                case "comments":
                    message = message with { Comments = [.. checks.List(value, at).Select(item => Comment(item.Value, item.Path)).OfType<MessageComment>()] };
                    break;
                case "tags":
                    message = message with { Tags = Tags(value, at) };
                    break;
                case "summary":
                    message = message with { Summary = checks.Text(value, at) };
                    break;
                case "participant_data":
                    message = message with { ParticipantData = checks.Object(value, at) };
                    break;
                case "session_state":
                    message = message with { SessionState = checks.Object(value, at) };
                    break;
                default:
                    Unknown(at);
                    break;
            }
        }

        if (!hasRole)
        {
            checks.Add(FieldChecks.At(path, "role"), "A message needs a role: system, user, assistant or tool.");
        }

        if (!hasContent && message.Parts.Count == 0)
        {
            checks.Add(FieldChecks.At(path, "content"), "A message needs content, or parts.");
        }

        return message;
    }

    private MessageRole Role(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.String && WireNames.TryParse(value.GetString(), out MessageRole role))
        {
            return role;
        }

        checks.Add(path, "The role must be one of system, user, assistant, tool.");
        return default;
    }

    private MessageComment? Comment(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return new MessageComment(element.GetString()!);
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            checks.Add(path, "A comment is text, or an object with text, author and created_at.");
            return null;
        }

        var comment = new MessageComment("");
        foreach (var property in element.EnumerateObject())
        {
            var at = FieldChecks.At(path, property.Name);
            switch (property.Name)
            {
                case "text":
                    comment = comment with { Text = checks.Text(property.Value, at) ?? "" };
                    break;
                case "author":
                    comment = comment with { Author = checks.Text(property.Value, at, SessionLimits.ShortText) };
                    break;
                case "created_at":
                    comment = comment with { CreatedAt = checks.Time(property.Value, at) };
                    break;
                default:
                    Unknown(at);
                    break;
            }
        }

        if (comment.Text.Length == 0)
        {
            checks.Add(FieldChecks.At(path, "text"), "A comment needs text.");
        }

        return comment;
    }

    private List<MessageTag> Tags(JsonElement value, string path)
    {
        List<MessageTag> tags = [];
        foreach (var (item, at) in checks.List(value, path))
        {
            var tag = Tag(item, at);
            if (tag is not null && !tags.Exists(known => known.Name == tag.Name && known.System == tag.System))
            {
                tags.Add(tag);
            }
        }

        if (tags.Count > SessionLimits.Tags)
        {
            checks.Add(path, $"At most {SessionLimits.Tags} tags; there are {tags.Count}.");
        }

        return tags;
    }

    private MessageTag? Tag(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return checks.Text(element, path, SessionLimits.Tag, isName: true) is { } bare ? new MessageTag(bare) : null;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            checks.Add(path, "A tag is text, or an object with name and system.");
            return null;
        }

        string? name = null;
        var system = false;
        var hasName = false;
        foreach (var property in element.EnumerateObject())
        {
            var at = FieldChecks.At(path, property.Name);
            switch (property.Name)
            {
                case "name":
                    hasName = property.Value.ValueKind != JsonValueKind.Null;
                    name = checks.Text(property.Value, at, SessionLimits.Tag, isName: true);
                    break;
                case "system":
                    system = checks.Flag(property.Value, at) ?? false;
                    break;
                default:
                    Unknown(at);
                    break;
            }
        }

        if (!hasName)
        {
            checks.Add(FieldChecks.At(path, "name"), "A tag needs a name.");
        }

        return name is null ? null : new MessageTag(name, system);
    }

    private MessagePart? Part(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            checks.Add(path, "A part is a JSON object.");
            return null;
        }

        var part = new MessagePart { Type = default };
        foreach (var property in element.EnumerateObject())
        {
            var value = property.Value;
            var at = FieldChecks.At(path, property.Name);
            switch (property.Name)
            {
                case "type":
                    part = part with { Type = PartType(value) };
                    break;
                case "call_id":
                    part = part with { CallId = checks.Text(value, at, SessionLimits.ShortText) };
                    break;
                case "name":
                    part = part with { Name = checks.Text(value, at, SessionLimits.ShortText) };
                    break;
                case "input":
                    part = part with { Input = value.ValueKind == JsonValueKind.Null ? null : value.Clone() };
                    break;
                case "text":
                    part = part with { Text = checks.Text(value, at) };
                    break;
                case "is_error":
                    part = part with { IsError = checks.Flag(value, at) };
                    break;
                case "mime_type":
                    part = part with { MimeType = checks.Text(value, at, SessionLimits.ShortText) };
                    break;
                case "data":
                    part = part with { Data = checks.Text(value, at) };
                    break;
                case "url":
                    part = part with { Url = checks.Text(value, at) };
                    break;
                default:
                    Unknown(at);
                    break;
            }
        }

        if (part.Type == default)
        {
            checks.Add(FieldChecks.At(path, "type"), "The type must be one of tool_call, tool_result, reasoning, image.");
        }

        return part;
    }

    private static MessagePartType PartType(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && WireNames.TryParse(value.GetString(), out MessagePartType type) ? type : default;

    private void Unknown(string path)
    {
        if (refuseUnknown)
        {
            checks.Add(path, "There is no such property.");
        }
    }
}
