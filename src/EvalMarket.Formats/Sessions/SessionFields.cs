using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Sessions;

/// <summary>Reads the members of one session object.</summary>
internal sealed class SessionFields(FieldChecks checks, UnknownProperties unknown)
{
    private readonly MessageReader messages = new(checks, unknown == UnknownProperties.Refuse, keepIds: false);
    private readonly List<JsonProperty> extra = [];
    private Session session = new();
    private EvalLabels labels = new();
    private bool hasLabels;
    private bool hasMessages;

    public Session? Read(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            checks.Add(path, "A session is a JSON object.");
            return null;
        }

        foreach (var property in element.EnumerateObject())
        {
            var at = FieldChecks.At(path, property.Name);
            if (ReadField(property.Name, property.Value, at) || ReadLabel(property.Name, property.Value, at))
            {
                continue;
            }

            if (unknown == UnknownProperties.Refuse)
            {
                checks.Add(at, "There is no such property.");
            }
            else
            {
                extra.Add(property);
            }
        }

        if (!hasMessages)
        {
            checks.Add(FieldChecks.At(path, "messages"), "A session needs at least one message.");
        }

        return session with { Labels = hasLabels ? labels : null, Metadata = WithExtra(session.Metadata) };
    }

    private bool ReadField(string name, JsonElement value, string at)
    {
        switch (name)
        {
            case "id" or "message_count":
                return true;
            case "external_id":
                session = session with { ExternalId = checks.Text(value, at, SessionLimits.ExternalId, isName: true) };
                return true;
            case "title":
                session = session with { Title = checks.Text(value, at, SessionLimits.Title) };
                return true;
            case "source":
                session = session with { Source = checks.Text(value, at, SessionLimits.ShortText) };
                return true;
            case "author":
                session = session with { Author = checks.Text(value, at, SessionLimits.ShortText) };
                return true;
            case "project":
                session = session with { Project = checks.Text(value, at, SessionLimits.ShortText) };
                return true;
            case "model":
                session = session with { Model = checks.Text(value, at, SessionLimits.ShortText) };
                return true;
            case "provider":
                session = session with { Provider = checks.Text(value, at, SessionLimits.ShortText) };
                return true;
            case "prompt_tokens":
                session = session with { PromptTokens = checks.Count(value, at) };
                return true;
            case "completion_tokens":
                session = session with { CompletionTokens = checks.Count(value, at) };
                return true;
            case "cost":
                session = session with { Cost = checks.Amount(value, at) };
                return true;
            case "duration_ms":
                session = session with { DurationMs = checks.Count(value, at) };
                return true;
            case "created_at":
                session = session with { CreatedAt = checks.Time(value, at) };
                return true;
            case "updated_at":
                session = session with { UpdatedAt = checks.Time(value, at) };
                return true;
            case "metadata":
                session = session with { Metadata = checks.Object(value, at) };
                return true;
            case "messages":
                List<Message> read = [];
                foreach (var (item, path) in checks.List(value, at))
                {
                    hasMessages = true;
                    if (messages.Read(item, path) is { } message)
                    {
                        read.Add(message);
                    }
                }

                session = session with { Messages = read };
                return true;
            default:
                return false;
        }
    }

    private bool ReadLabel(string name, JsonElement value, string at)
    {
        switch (name)
        {
            case "eval_ready":
                labels = labels with { EvalReady = checks.Flag(value, at) ?? false };
                break;
            case "eval_status":
                labels = labels with { Status = Status(value, at) };
                break;
            case "eval_notes":
                labels = labels with { Notes = checks.Text(value, at) };
                break;
            case "eval_tags":
                labels = labels with { Tags = Tags(value, at) };
                break;
            case "expected_output":
                labels = labels with { ExpectedOutput = checks.Text(value, at) };
                break;
            case "reviewed_at":
                labels = labels with { ReviewedAt = checks.Time(value, at) };
                break;
            case "reviewed_by":
                labels = labels with { ReviewedBy = checks.Text(value, at, SessionLimits.ShortText) };
                break;
            default:
                return false;
        }

        hasLabels |= value.ValueKind != JsonValueKind.Null;
        return true;
    }

    private EvalStatus? Status(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && EvalStatuses.TryParse(value.GetString(), out var status))
        {
            return status;
        }

        checks.Add(at, $"The status must be one of {string.Join(", ", EvalStatuses.WireNames)}.");
        return null;
    }

    private List<string> Tags(JsonElement value, string at)
    {
        List<string> tags = [];
        foreach (var (item, path) in checks.List(value, at))
        {
            if (item.ValueKind == JsonValueKind.Null)
            {
                checks.Add(path, "This must be text.");
            }
            else if (checks.Text(item, path, SessionLimits.Tag, isName: true) is { } tag && !tags.Contains(tag))
            {
                tags.Add(tag);
            }
        }

        if (tags.Count > SessionLimits.Tags)
        {
            checks.Add(at, $"At most {SessionLimits.Tags} tags; there are {tags.Count}.");
        }

        return tags;
    }

    /// <summary>Unknown members beside the session's own metadata, whose members win.</summary>
    private JsonElement? WithExtra(JsonElement? metadata)
    {
        if (extra.Count == 0)
        {
            return metadata;
        }

        var known = metadata is { } given ? given.EnumerateObject().ToList() : [];
        return MetadataObject.Of([.. known, .. extra.Where(property => !known.Exists(own => own.Name == property.Name))]);
    }
}
