using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Sessions;

namespace EvalMarket.Web.Api.Exports;

/// <summary>An order of an export as JSON: <c>{format, dataset_id?, section_ids?, run_id?, version?}</c>, or <c>{format, filter? | session_ids?, limit?}</c> for sessions. Read and written in the same names.</summary>
internal static class ExportBody
{
    private const string Format = "format";
    private const string Dataset = "dataset_id";
    private const string Sections = "section_ids";
    private const string Run = "run_id";
    private const string Version = "version";
    private const string Filter = "filter";
    private const string Sessions = "session_ids";
    private const string Limit = "limit";

    /// <summary>The order; what is wrong with it is added to the errors.</summary>
    public static ExportOrder Read(JsonElement json, Limits limits, List<ContentError> errors)
    {
        var order = new ExportOrder { Format = "" };
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ContentError("Must be an object.", ""));
            return order;
        }

        var filter = SessionFilter.All;
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
        {
            var (value, at) = (property.Value, $"/{property.Name}");
            named.Add(property.Name);
            switch (property.Name)
            {
                case Format when value.ValueKind == JsonValueKind.String:
                    order = order with { Format = value.GetString()! };
                    break;
                case Format:
                    errors.Add(new ContentError("Must be a text.", at));
                    break;
                case Dataset:
                    order = order with { Dataset = Id<DatasetId>(value, at, errors) };
                    break;
                case Sections:
                    order = order with { Sections = Ids(value, at, limits.SectionsPerDataset, errors) };
                    break;
                case Run:
                    order = order with { Run = Id<RunId>(value, at, errors) };
                    break;
                case Version:
                    order = order with { Version = Number(value, at, errors) };
                    break;
                case Filter:
                    filter = SessionFilterParameters.Read(value, at, errors) with { Ids = filter.Ids };
                    break;
                case Sessions:
                    filter = filter with { Ids = SessionFilterParameters.ReadIds(value, at, limits.BulkIds, errors) };
                    break;
                case Limit:
                    order = order with { Limit = Number(value, at, errors) };
                    break;
                default:
                    errors.Add(new ContentError($"There is no such property. Known: {string.Join(", ", [Format, Dataset, Sections, Run, Version, Filter, Sessions, Limit])}.", at));
                    break;
            }
        }

        Check(order, named, errors);
        return named.Contains(Dataset) ? order : order with { Filter = filter };
    }

    /// <summary>Writes the members of the order, so that it can be sent again.</summary>
    public static void Write(Utf8JsonWriter writer, ExportOrder order)
    {
        writer.WriteStartObject();
        writer.WriteString(Format, order.Format);
        if (order.Dataset is { } dataset)
        {
            writer.WriteString(Dataset, dataset.Value);
            if (order.Sections.Count > 0)
            {
                writer.WriteStartArray(Sections);
                foreach (var section in order.Sections)
                {
                    writer.WriteStringValue(section.Value);
                }

                writer.WriteEndArray();
            }

            if (order.Run is { } run)
            {
                writer.WriteString(Run, run.Value);
            }

            if (order.Version is { } version)
            {
                writer.WriteNumber(Version, version);
            }
        }
        else
        {
            WriteFilter(writer, order.Filter ?? SessionFilter.All);
            if (order.Limit is { } limit)
            {
                writer.WriteNumber(Limit, limit);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteFilter(Utf8JsonWriter writer, SessionFilter filter)
    {
        writer.WriteStartObject(Filter);
        foreach (var field in SessionFilterParameters.Pairs(filter).GroupBy(pair => pair.Key, pair => pair.Value))
        {
            switch (field.Key)
            {
                case SessionFilterParameters.EvalReady:
                    writer.WriteBoolean(field.Key, field.Single() == "true");
                    break;
                case SessionFilterParameters.Query or SessionFilterParameters.FromTime or SessionFilterParameters.ToTime:
                    writer.WriteString(field.Key, field.Single());
                    break;
                default:
                    writer.WriteStartArray(field.Key);
                    foreach (var value in field)
                    {
                        writer.WriteStringValue(value);
                    }

                    writer.WriteEndArray();
                    break;
            }
        }

        writer.WriteEndObject();
        if (filter.Ids is { } ids)
        {
            writer.WriteStartArray(Sessions);
            foreach (var id in ids)
            {
                writer.WriteStringValue(id.Value);
            }

            writer.WriteEndArray();
        }
    }

    /// <summary>What does not go together.</summary>
    private static void Check(ExportOrder order, HashSet<string> named, List<ContentError> errors)
    {
        var isDataset = named.Contains(Dataset);
        var formats = isDataset ? ExportOrder.DatasetFormats : ExportOrder.SessionFormats;
        if (!named.Contains(Format) || (order.Format.Length > 0 && !formats.Contains(order.Format)))
        {
            errors.Add(new ContentError($"Must be one of {string.Join(", ", formats)}{(isDataset ? "" : "; with dataset_id, a format of datasets")}.", $"/{Format}"));
        }

        foreach (var name in isDataset ? new[] { Filter, Sessions, Limit } : [Sections, Run, Version])
        {
            if (named.Contains(name))
            {
                errors.Add(new ContentError(isDataset ? "This belongs to exports of sessions." : "This belongs to exports of datasets: name the dataset_id.", $"/{name}"));
            }
        }

        if (isDataset && named.Contains(Run) && order.Format != ExportOrder.Package)
        {
            errors.Add(new ContentError("Results of a run go along in the format package only.", $"/{Run}"));
        }
    }

    private static T? Id<T>(JsonElement json, string path, List<ContentError> errors)
        where T : struct, ITypeId<T>
    {
        if (json.ValueKind == JsonValueKind.String && TypeId.TryParse<T>(json.GetString(), out var id))
        {
            return id;
        }

        errors.Add(new ContentError($"Must be an id that starts with {T.Prefix}_.", path));
        return null;
    }

    private static List<SectionId> Ids(JsonElement json, string path, int most, List<ContentError> errors)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > most)
        {
            errors.Add(new ContentError($"Must be a list of at most {most:N0} section ids.", path));
            return [];
        }

        List<SectionId> ids = [];
        foreach (var (index, element) in json.EnumerateArray().Index())
        {
            if (Id<SectionId>(element, $"{path}/{index}", errors) is { } id && !ids.Contains(id))
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    private static int? Number(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) && number > 0)
        {
            return number;
        }

        errors.Add(new ContentError("Must be a whole number from 1.", path));
        return null;
    }
}
