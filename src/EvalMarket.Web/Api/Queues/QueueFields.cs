using System.Text.Json;
using EvalMarket.Formats;

namespace EvalMarket.Web.Api.Queues;

/// <summary>Reads single values of the bodies about queues, and notes what is wrong with them.</summary>
internal static class QueueFields
{
    /// <summary>The properties of a body; none for what is no object.</summary>
    public static IEnumerable<JsonProperty> Of(JsonElement json, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            return json.EnumerateObject();
        }

        errors.Add(new ContentError("Must be an object.", ""));
        return [];
    }

    public static void Unknown(string name, string known, List<ContentError> errors) =>
        errors.Add(new ContentError($"There is no such property. Known: {known}.", $"/{name}"));

    /// <summary>A text; null for null and for what is none.</summary>
    public static string? Text(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return json.GetString();
        }

        if (json.ValueKind != JsonValueKind.Null)
        {
            errors.Add(new ContentError("Must be a text, or null.", path));
        }

        return null;
    }

    /// <summary>A text with something in it, else null.</summary>
    public static string? Words(JsonElement json, string path, List<ContentError> errors) => Text(json, path, errors) is { Length: > 0 } text ? text : null;

    public static int? Number(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number))
        {
            return number;
        }

        errors.Add(new ContentError("Must be a whole number.", path));
        return null;
    }

    public static bool? Flag(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return json.GetBoolean();
        }

        errors.Add(new ContentError("Must be true or false.", path));
        return null;
    }

    public static IReadOnlyList<string> Texts(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String))
        {
            return [.. json.EnumerateArray().Select(element => element.GetString()!)];
        }

        errors.Add(new ContentError("Must be a list of texts.", path));
        return [];
    }
}
