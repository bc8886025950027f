using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>A criterion as one edits it.</summary>
public sealed class CriterionForm
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public string? Type { get; set; }

    public string? Description { get; set; }

    public string? Weight { get; set; }

    public string? SemanticPrompt { get; set; }

    public string? Rationale { get; set; }

    /// <summary>JSON: <c>{"mode":"contains"}</c>.</summary>
    public string? Config { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>Nobody wrote into it.</summary>
    public bool IsEmpty => string.IsNullOrWhiteSpace(Name) && string.IsNullOrWhiteSpace(Description) && string.IsNullOrWhiteSpace(Weight) && string.IsNullOrWhiteSpace(SemanticPrompt);

    public static CriterionForm Of(JsonElement criterion) => new()
    {
        Id = TaskForm.Text(criterion, "id"),
        Name = TaskForm.Text(criterion, "name"),
        Type = TaskForm.Text(criterion, "type"),
        Description = TaskForm.Text(criterion, "description"),
        Weight = TaskForm.Text(criterion, "weight"),
        SemanticPrompt = TaskForm.Text(criterion, "semanticPrompt"),
        Rationale = TaskForm.Text(criterion, "rationale"),
        Config = TaskForm.Text(criterion, "config"),
    };

    /// <summary>Its JSON, with what the criterion of that id had besides.</summary>
    public JsonObject ToJson(JsonElement? answer)
    {
        var json = Find(answer) is { } known ? JsonObject.Create(known)! : [];
        json["id"] = string.IsNullOrWhiteSpace(Id) ? Guid.CreateVersion7().ToString() : Id.Trim();
        json["name"] = Name ?? "";
        json["type"] = Type ?? "";
        json["description"] = Description ?? "";
        json["weight"] = Number(Weight);
        Optional(json, "semanticPrompt", SemanticPrompt);
        Optional(json, "rationale", Rationale);
        if (string.IsNullOrWhiteSpace(Config))
            json.Remove("config");
        else
            json["config"] = JsonNode.Parse(Config);
        return json;
    }

    /// <summary>A number as it was written; what is none stays text, and the validation says so.</summary>
    internal static JsonNode? Number(string? text) =>
        decimal.TryParse(text?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text ?? "");

    private static void Optional(JsonObject json, string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
            json.Remove(name);
        else
            json[name] = text;
    }

    private JsonElement? Find(JsonElement? answer)
    {
        if (answer is not { } known || string.IsNullOrEmpty(Id) || !known.TryGetProperty("criteria", out var criteria))
            return null;
        foreach (var criterion in criteria.EnumerateArray())
        {
            if (TaskForm.Text(criterion, "id") == Id)
                return criterion;
        }

        return null;
    }
}
