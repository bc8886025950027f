using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Which turns of which sessions, and where to: the body of a clone.</summary>
internal static class CloneBody
{
    private const string All = "all";
    private const string Filtered = "filtered";

    public static CloneOrder Read(JsonElement json, Limits limits, List<ContentError> errors)
    {
        var order = new CloneOrder { Sessions = SessionFilter.All };
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ContentError("Must be an object.", ""));
            return order;
        }

        SessionFilter? filter = null;
        SessionFilter? ids = null;
        MessageFilter? messages = null;
        var isFiltered = false;
        foreach (var property in json.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null || property.Name is not ("section_id" or "message_filter")))
        {
            var at = $"/{property.Name}";
            switch (property.Name)
            {
                case "session_ids":
                    ids = new SessionFilter { Ids = SessionFilterParameters.ReadIds(property.Value, at, limits.BulkIds, errors) };
                    break;
                case "filter":
                    filter = SessionFilterParameters.Read(property.Value, at, errors);
                    break;
                case "messages" when property.Value.ValueKind == JsonValueKind.String && property.Value.GetString() is All or Filtered:
                    isFiltered = property.Value.GetString() == Filtered;
                    break;
                case "messages":
                    errors.Add(new ContentError("Must be one of all, filtered.", at));
                    break;
                case "message_filter":
                    messages = ReadFilter(property.Value, at, errors);
                    break;
                case "section_id" when property.Value.ValueKind == JsonValueKind.String && TypeId.TryParse<SectionId>(property.Value.GetString(), out var section):
                    order = order with { Section = section };
                    break;
                case "section_id":
                    errors.Add(new ContentError("Must be an id that starts with sec_.", at));
                    break;
                default:
                    errors.Add(new ContentError("There is no such property. Known: session_ids, filter, messages, message_filter, section_id.", at));
                    break;
            }
        }

        if ((ids is null) == (filter is null))
        {
            errors.Add(new ContentError("Give either session_ids or filter ({} for all sessions).", ""));
        }

        if (isFiltered && messages is null or { IsEmpty: true })
        {
            errors.Add(new ContentError("Filtered messages need a filter: q, tag, role, from or to.", "/message_filter"));
        }

        if (!isFiltered && messages is { IsEmpty: false })
        {
            errors.Add(new ContentError("This is only looked at with \"messages\": \"filtered\".", "/message_filter"));
        }

        return order with { Sessions = ids ?? filter ?? SessionFilter.All, Messages = isFiltered ? messages : null };
    }

    private static MessageFilter ReadFilter(JsonElement json, string path, List<ContentError> errors)
    {
        var filter = new MessageFilter();
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ContentError("Must be an object.", path));
            return filter;
        }

        foreach (var property in json.EnumerateObject())
        {
            var at = $"{path}/{property.Name}";
            filter = property.Name switch
            {
                "q" => filter with { Query = Text(property.Value, at, errors) },
                "tag" => filter with { Tag = Text(property.Value, at, errors) },
                "role" => filter with { Role = RoleOf(property.Value, at, errors) },
                "from" => filter with { From = Time(property.Value, at, isEnd: false, errors) },
                "to" => filter with { To = Time(property.Value, at, isEnd: true, errors) },
                _ => Unknown(filter, at, errors),
            };
        }

        return filter;
    }

    private static MessageFilter Unknown(MessageFilter filter, string path, List<ContentError> errors)
    {
        errors.Add(new ContentError("There is no such filter. Known: q, tag, role, from, to.", path));
        return filter;
    }

    private static string? Text(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind is JsonValueKind.String or JsonValueKind.Null)
        {
            return json.GetString();
        }

        errors.Add(new ContentError("Must be a text.", path));
        return null;
    }

    private static MessageRole? RoleOf(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.String && WireNames.TryParse(json.GetString(), out MessageRole role) && role is MessageRole.User or MessageRole.Assistant)
        {
            return role;
        }

        errors.Add(new ContentError("Must be one of user, assistant: a turn has no other messages to clone.", path));
        return null;
    }

    private static DateTimeOffset? Time(JsonElement json, string path, bool isEnd, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.String && QueryReader.TryReadTime(json.GetString()!, isEnd, out var time))
        {
            return time;
        }

        errors.Add(new ContentError("Must be a time like 2026-01-02T03:04:05Z or a date like 2026-01-02.", path));
        return null;
    }
}
