using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;
using EvalMarket.Web.Api.Sessions;

namespace EvalMarket.Web.Api.Queues;

/// <summary>Which sessions go into a queue: <c>{session_ids}</c> or <c>{filter}</c>.</summary>
internal static class QueueImportBody
{
    public static SessionFilter Read(JsonElement json, Limits limits, List<ContentError> errors)
    {
        SessionFilter? ids = null;
        SessionFilter? filter = null;
        foreach (var property in QueueFields.Of(json, errors))
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
                default:
                    QueueFields.Unknown(property.Name, "session_ids, filter", errors);
                    break;
            }
        }

        if (errors.Count == 0 && (ids is null) == (filter is null))
        {
            errors.Add(new ContentError("Give either session_ids or filter ({} for all sessions).", ""));
        }

        return ids ?? filter ?? SessionFilter.All;
    }
}
