using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EvalMarket.Core.Sessions.Transcripts;

/// <summary>The arguments of a tool call as people read them: one <c>name: value</c> a line, longer texts below their name, everything else as JSON.</summary>
public static class ToolInput
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null when there are none.</summary>
    public static string? TextOf(JsonElement? input)
    {
        if (input is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } json)
        {
            return null;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            return ValueOf(json);
        }

        var text = new StringBuilder();
        foreach (var property in json.EnumerateObject())
        {
            var value = ValueOf(property.Value);
            text.Append(text.Length > 0 ? "\n" : "").Append(property.Name).Append(value.Contains('\n', StringComparison.Ordinal) ? ":\n" : ": ").Append(value);
        }

        return text.Length > 0 ? text.ToString() : null;
    }

    private static string ValueOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Object or JsonValueKind.Array => JsonSerializer.Serialize(json, Indented),
        _ => json.GetRawText(),
    };
}
