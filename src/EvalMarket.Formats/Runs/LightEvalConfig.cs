using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Runs;

/// <summary>
/// A model configuration of LightEval: <c>model_parameters</c> as a mapping, with the keys that LightEval knows and no others, since it refuses those. Keys for providers never stand in it: LightEval takes them from the environment.
/// </summary>
public static class LightEvalConfig
{
    /// <summary>The whole file.</summary>
    public const int MostBytes = 256 * 1024;

    private const string Parameters = "model_parameters";
    private const string Generation = "generation_parameters";

    private static readonly string[] ModelKeys = ["model_name", "provider", "base_url", "concurrent_requests", "api_max_retry", "timeout"];

    private static readonly string[] GenerationKeys =
        ["temperature", "top_p", "top_k", "max_new_tokens", "min_new_tokens", "seed", "stop_tokens", "frequency_penalty", "presence_penalty", "repetition_penalty"];

    /// <summary>What other programs call the same.</summary>
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["max_tokens"] = "max_new_tokens",
        ["max_completion_tokens"] = "max_new_tokens",
        ["max_output_tokens"] = "max_new_tokens",
        ["stop"] = "stop_tokens",
        ["stop_sequences"] = "stop_tokens",
    };

    /// <summary>Reads what somebody sent and writes it as LightEval loads it: eval_752's list becomes a mapping, secrets and unknown keys go.</summary>
    /// <param name="yaml">The file.</param>
    /// <param name="removed">Gets what went, and why.</param>
    /// <exception cref="InvalidDataException">It is no such configuration; says why.</exception>
    public static string Rewrite(string yaml, List<RemovedSecret> removed)
    {
        if (YamlReader.Read(yaml) is not JsonObject root)
        {
            throw new InvalidDataException("The LightEval configuration must be a mapping with model_parameters.");
        }

        using var document = JsonDocument.Parse(root.ToJsonString());
        var (clean, secrets) = SecretRemoval.Clean(document.RootElement);
        removed.AddRange(secrets);
        var parameters = clean.Member(Parameters) ?? clean.Member("model") ?? throw new InvalidDataException("The LightEval configuration has no model_parameters.");
        Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
        foreach (var part in parameters.ValueKind == JsonValueKind.Array ? parameters.Items : [parameters])
        {
            if (part.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException("model_parameters must be a mapping.");
            }

            foreach (var member in part.EnumerateObject())
            {
                members[member.Name] = member.Value;
            }
        }

        if (!members.TryGetValue("model_name", out var name) || name.ValueKind != JsonValueKind.String || name.GetString() is not { Length: > 0 })
        {
            throw new InvalidDataException("model_parameters has no model_name.");
        }

        foreach (var unknown in clean.EnumerateObject().Select(member => member.Name).Where(key => key is not (Parameters or "model")))
        {
            removed.Add(new RemovedSecret(FieldChecks.At("", unknown), "LightEval does not know this key"));
        }

        foreach (var unknown in members.Keys.Where(key => key != Generation && !ModelKeys.Contains(key)))
        {
            removed.Add(new RemovedSecret(FieldChecks.At($"/{Parameters}", unknown), "LightEval does not know this key"));
        }

        var generation = members.GetValueOrDefault(Generation);
        foreach (var unknown in generation.ValueKind == JsonValueKind.Object ? generation.EnumerateObject().Select(member => member.Name).Where(key => KnownName(key) is null) : [])
        {
            removed.Add(new RemovedSecret(FieldChecks.At($"/{Parameters}/{Generation}", unknown), "LightEval does not know this key"));
        }

        return Write(members, generation);
    }

    /// <summary>The configuration that asks the model of a run again: its name, provider and address, and how texts were generated.</summary>
    public static string Write(string? model, string? provider, JsonElement runConfig)
    {
        Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
        foreach (var key in ModelKeys)
        {
            if (runConfig.Member(key) is { } value)
            {
                members[key] = value;
            }
        }

        Set(members, "model_name", model ?? runConfig.MemberText("model") ?? runConfig.MemberText("model_name"));
        Set(members, "provider", provider ?? runConfig.MemberText("provider"));
        // Nearest first: what stands beside the model is what was meant when nothing says it more exactly.
        var generation = runConfig.Member(Generation) ?? runConfig.Member("parameters") ?? runConfig;
        return Write(members, generation);
    }

    private static void Set(Dictionary<string, JsonElement> members, string key, string? text)
    {
        if (text is { Length: > 0 })
        {
            using var document = JsonDocument.Parse(new JsonArray(text).ToJsonString());
            members[key] = document.RootElement[0].Clone();
        }
    }

    private static string? KnownName(string key) => GenerationKeys.Contains(key) ? key : OtherNames.GetValueOrDefault(key);

    private static string Write(Dictionary<string, JsonElement> members, JsonElement generation)
    {
        var yaml = new StringBuilder($"{Parameters}:\n");
        foreach (var key in ModelKeys)
        {
            if (members.TryGetValue(key, out var value) && Scalar(value) is { } scalar)
            {
                yaml.Append(CultureInfo.InvariantCulture, $"  {key}: {scalar}\n");
            }
        }

        Dictionary<string, JsonElement> known = new(StringComparer.Ordinal);
        foreach (var member in generation.ValueKind == JsonValueKind.Object ? generation.EnumerateObject().ToList() : [])
        {
            if (KnownName(member.Name) is { } key && (key == member.Name || !known.ContainsKey(key)))
            {
                known[key] = member.Value;
            }
        }

        var lines = GenerationKeys.Where(known.ContainsKey).Select(key => (key, Line: key == "stop_tokens" ? StopTokens(known[key]) : Scalar(known[key]))).Where(pair => pair.Line is not null).ToList();
        if (lines.Count > 0)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {Generation}:\n");
            foreach (var (key, line) in lines)
            {
                yaml.Append(CultureInfo.InvariantCulture, $"    {key}: {line}\n");
            }
        }

        return yaml.ToString();
    }

    private static string? StopTokens(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? $"[{Scalar(value)}]"
        : value.ValueKind == JsonValueKind.Array && value.Items.All(item => item.ValueKind == JsonValueKind.String) ? $"[{string.Join(", ", value.Items.Select(Scalar))}]"
        : null;

    /// <summary>A JSON string is a double-quoted YAML scalar; numbers, yes and no are the same in both.</summary>
    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonValue.Create(value.GetString())!.ToJsonString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}
