using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Sessions;

namespace EvalMarket.Web.Api.Queues;

/// <summary>Which sessions go into a queue: <c>{session_ids}</c>, <c>{filter}</c>, or those that items of a dataset are linked to, <c>{dataset_id, section_ids?}</c>.</summary>
internal sealed record QueueImportBody(SessionFilter Filter, QueueSource? Source)
{
    public static QueueImportBody Read(JsonElement json, Limits limits, List<ContentError> errors)
    {
        SessionFilter? ids = null;
        SessionFilter? filter = null;
        DatasetId? dataset = null;
        IReadOnlyList<SectionId>? sections = null;
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
                case "dataset_id":
                    dataset = property.Value.ValueKind == JsonValueKind.String && TypeId.TryParse<DatasetId>(property.Value.GetString(), out var id) ? id : null;
                    if (dataset is null)
                    {
                        errors.Add(new ContentError("Must be an id that starts with ds_.", at));
                    }

                    break;
                case "section_ids":
                    sections = ReadSections(property.Value, at, errors);
                    break;
                default:
                    QueueFields.Unknown(property.Name, "session_ids, filter, dataset_id, section_ids", errors);
                    break;
            }
        }

        if (errors.Count == 0 && new object?[] { ids, filter, dataset }.Count(source => source is not null) != 1)
        {
            errors.Add(new ContentError("Give one of session_ids, filter ({} for all sessions) and dataset_id.", ""));
        }

        if (sections is not null && dataset is null)
        {
            errors.Add(new ContentError("Sections go with dataset_id.", "/section_ids"));
        }

        return new QueueImportBody(ids ?? filter ?? SessionFilter.All, dataset is { } from ? new QueueSource(from, sections ?? []) : null);
    }

    private static List<SectionId> ReadSections(JsonElement json, string at, List<ContentError> errors)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            errors.Add(new ContentError("Must be a list of ids of sections.", at));
            return [];
        }

        var sections = new List<SectionId>();
        foreach (var (i, element) in json.EnumerateArray().Index())
        {
            if (element.ValueKind == JsonValueKind.String && TypeId.TryParse<SectionId>(element.GetString(), out var id))
            {
                sections.Add(id);
            }
            else
            {
                errors.Add(new ContentError("Must be an id that starts with sec_.", $"{at}/{i}"));
            }
        }

        return sections;
    }
}
