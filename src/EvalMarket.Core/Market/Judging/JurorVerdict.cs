using System.Text.Json;

namespace EvalMarket.Core.Market.Judging;

/// <summary>A juror's answer: the whole of it is one JSON object with a verdict. Anything else, also a verdict with words around it, is none: it may have come out of the response.</summary>
internal sealed record JurorVerdict(bool Passed, string Rationale)
{
    private const int MostCharacters = 4_000;

    private static readonly string[] Verdicts = ["verdict", "pass", "passed", "met"];
    private static readonly string[] Rationales = ["rationale", "reason", "explanation"];

    public static JurorVerdict? Read(string? content)
    {
        if (string.IsNullOrWhiteSpace(content))
            return null;

        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Passes(root) is not { } passed)
                return null;
            var rationale = Rationales.Select(name => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null).FirstOrDefault(text => text is not null) ?? "";
            return new JurorVerdict(passed, rationale.Length > MostCharacters ? rationale[..MostCharacters] : rationale);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool? Passes(JsonElement root)
    {
        foreach (var name in Verdicts)
        {
            if (root.TryGetProperty(name, out var value))
            {
                return value.ValueKind switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    JsonValueKind.String => value.GetString()!.Trim().ToLowerInvariant() switch
                    {
                        "pass" or "passed" or "yes" or "true" or "met" or "correct" => true,
                        "fail" or "failed" or "no" or "false" or "not met" or "not_met" or "incorrect" => false,
                        _ => null,
                    },
                    _ => null,
                };
            }
        }

        return null;
    }
}
