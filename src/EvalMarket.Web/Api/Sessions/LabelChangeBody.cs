using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Formats;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>Eval fields in a request: <c>eval_ready, eval_status, eval_notes, eval_tags, expected_output</c>. Absent means untouched, null empties.</summary>
internal static class LabelChangeBody
{
    public static LabelChange Read(JsonElement json, string path, Limits limits, List<ContentError> errors)
    {
        var change = new LabelChange();
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ContentError("Must be an object.", path));
            return change;
        }

        foreach (var property in json.EnumerateObject())
        {
            var at = $"{path}/{property.Name}";
            change = property.Name switch
            {
                "eval_ready" => change with { EvalReady = Flag(property.Value, at, errors) },
                "eval_status" => change with { Status = Status(property.Value, at, errors) },
                "eval_notes" => change with { Notes = Text(property.Value, at, limits, errors) },
                "expected_output" => change with { ExpectedOutput = Text(property.Value, at, limits, errors) },
                "eval_tags" => change with { Tags = Tags(property.Value, at, limits, errors) },
                _ => Unknown(change, at, errors),
            };
        }

        return change;
    }

    /// <summary>A list of tags, each once.</summary>
    public static IReadOnlyList<string> Tags(JsonElement json, string path, Limits limits, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (json.ValueKind != JsonValueKind.Array)
        {
            errors.Add(new ContentError("Must be a list of tags.", path));
            return [];
        }

        var tags = new List<string>();
        foreach (var (index, element) in json.EnumerateArray().Index())
        {
            var tag = element.ValueKind == JsonValueKind.String ? element.GetString()!.Trim() : "";
            if (SessionTags.Check(tag, limits) is { } problem)
            {
                errors.Add(new ContentError(problem, $"{path}/{index}"));
            }
            else if (!tags.Contains(tag))
            {
                tags.Add(tag);
            }
        }

        if (tags.Count > limits.TagsPerSession)
        {
            errors.Add(new ContentError($"Limits:TagsPerSession allows {limits.TagsPerSession} tags.", path));
        }

        return tags;
    }

    private static LabelChange Unknown(LabelChange change, string path, List<ContentError> errors)
    {
        errors.Add(new ContentError("There is no such field. Known: eval_ready, eval_status, eval_notes, eval_tags, expected_output.", path));
        return change;
    }

    private static bool? Flag(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return json.GetBoolean();
        }

        errors.Add(new ContentError("Must be true or false.", path));
        return null;
    }

    private static Given<EvalStatus?>? Status(JsonElement json, string path, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return new Given<EvalStatus?>(null);
        }

        if (json.ValueKind == JsonValueKind.String && EvalStatuses.TryParse(json.GetString(), out var status))
        {
            return new Given<EvalStatus?>(status);
        }

        errors.Add(new ContentError($"Must be one of {string.Join(", ", EvalStatuses.WireNames)}, or null.", path));
        return null;
    }

    private static Given<string?>? Text(JsonElement json, string path, Limits limits, List<ContentError> errors)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return new Given<string?>(null);
        }

        if (json.ValueKind != JsonValueKind.String)
        {
            errors.Add(new ContentError("Must be a text, or null.", path));
            return null;
        }

        var text = json.GetString()!;
        if (text.Length > limits.NoteLength)
        {
            errors.Add(new ContentError($"Limits:NoteLength allows {limits.NoteLength:N0} characters.", path));
        }

        return new Given<string?>(text.Length == 0 ? null : text);
    }
}
