using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>Which sessions, and what to change.</summary>
internal sealed record BulkLabelBody(SessionFilter Filter, LabelChange Change)
{
    public static BulkLabelBody Read(JsonElement json, Limits limits, List<ContentError> errors)
    {
        SessionFilter? filter = null;
        SessionFilter? ids = null;
        var change = new LabelChange();
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ContentError("Must be an object.", ""));
            return new BulkLabelBody(SessionFilter.All, change);
        }

        foreach (var property in json.EnumerateObject())
        {
            var at = $"/{property.Name}";
            switch (property.Name)
            {
                case "ids":
                    ids = new SessionFilter { Ids = SessionFilterParameters.ReadIds(property.Value, at, limits.BulkIds, errors) };
                    break;
                case "filter":
                    filter = SessionFilterParameters.Read(property.Value, at, errors);
                    break;
                case "set":
                    var set = LabelChangeBody.Read(property.Value, at, limits, errors);
                    change = set with { AddTags = change.AddTags, RemoveTags = change.RemoveTags };
                    break;
                case "add_tags":
                    change = change with { AddTags = LabelChangeBody.Tags(property.Value, at, limits, errors) };
                    break;
                case "remove_tags":
                    change = change with { RemoveTags = LabelChangeBody.Tags(property.Value, at, limits, errors) };
                    break;
                default:
                    errors.Add(new ContentError("There is no such property. Known: ids, filter, set, add_tags, remove_tags.", at));
                    break;
            }
        }

        if ((ids is null) == (filter is null))
        {
            errors.Add(new ContentError("Give either ids or filter ({} for all sessions).", ""));
        }

        if (change.IsEmpty && errors.Count == 0)
        {
            errors.Add(new ContentError("Give something to change: set, add_tags or remove_tags.", ""));
        }

        return new BulkLabelBody(ids ?? filter ?? SessionFilter.All, change);
    }
}
