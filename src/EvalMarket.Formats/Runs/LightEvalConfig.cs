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

    /// <summary>What a value must be: LightEval's classes (<c>LiteLLMModelConfig</c>, <c>GenerationParameters</c>) refuse the file for a single one of another type.</summary>
    private enum Kind
    {
        Text,
        Texts,
        Count,
        Amount,
    }

    private static readonly (string Name, Kind Kind)[] ModelKeys =
        [("model_name", Kind.Text), ("provider", Kind.Text), ("base_url", Kind.Text), ("concurrent_requests", Kind.Count), ("api_max_retry", Kind.Count), ("timeout", Kind.Amount)];

    private static readonly (string Name, Kind Kind)[] GenerationKeys =
    [
        ("temperature", Kind.Amount), ("top_p", Kind.Amount), ("top_k", Kind.Count), ("max_new_tokens", Kind.Count), ("min_new_tokens", Kind.Count), ("seed", Kind.Count),
        ("stop_tokens", Kind.Texts), ("frequency_penalty", Kind.Amount), ("presence_penalty", Kind.Amount), ("repetition_penalty", Kind.Amount),
    ];

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

        var generation = members.GetValueOrDefault(Generation);
        foreach (var (key, value) in members.Where(member => member.Key != Generation))
        {
            Check(KindOf(ModelKeys, key), value, FieldChecks.At($"/{Parameters}", key), removed);
        }

        foreach (var member in generation.ValueKind == JsonValueKind.Object ? generation.EnumerateObject().ToList() : [])
        {
            Check(KnownName(member.Name) is { } known ? KindOf(GenerationKeys, known) : null, member.Value, FieldChecks.At($"/{Parameters}/{Generation}", member.Name), removed);
        }

        return Write(members, generation);
    }

    /// <summary>The configuration that asks the model of a run again: its name, provider and address, and how texts were generated.</summary>
    public static string Write(string? model, string? provider, JsonElement runConfig)
    {
        Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
        foreach (var (key, _) in ModelKeys)
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

    private static string? KnownName(string key) => KindOf(GenerationKeys, key) is not null ? key : OtherNames.GetValueOrDefault(key);

    private static Kind? KindOf((string Name, Kind Kind)[] keys, string key)
    {
        var at = Array.FindIndex(keys, known => known.Name == key);
        return at < 0 ? null : keys[at].Kind;
    }

    private static void Check(Kind? kind, JsonElement value, string path, List<RemovedSecret> removed)
    {
        if (kind is not { } known)
        {
            removed.Add(new RemovedSecret(path, "LightEval does not know this key"));
        }
        else if (Written(known, value) is null && value.ValueKind != JsonValueKind.Null)
        {
            removed.Add(new RemovedSecret(path, known switch
            {
                Kind.Text => "LightEval takes a text here",
                Kind.Texts => "LightEval takes a list of texts here",
                Kind.Count => "LightEval takes a whole number from 0 here",
                _ => "LightEval takes a number from 0 here",
            }));
        }
    }

    private static string Write(Dictionary<string, JsonElement> members, JsonElement generation)
    {
        var yaml = new StringBuilder($"{Parameters}:\n");
        foreach (var (key, kind) in ModelKeys)
        {
            if (members.TryGetValue(key, out var value) && Written(kind, value) is { } scalar)
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

        var lines = GenerationKeys.Where(key => known.ContainsKey(key.Name)).Select(key => (key.Name, Line: Written(key.Kind, known[key.Name]))).Where(pair => pair.Line is not null).ToList();
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

    /// <summary>A value as YAML; null for one that LightEval would not take. A JSON string is a double-quoted YAML scalar, numbers are the same in both.</summary>
    private static string? Written(Kind kind, JsonElement value) => (kind, value.ValueKind) switch
    {
        (Kind.Text, JsonValueKind.String) => Quoted(value),
        (Kind.Texts, JsonValueKind.String) => $"[{Quoted(value)}]",
        (Kind.Texts, JsonValueKind.Array) when value.Items.All(item => item.ValueKind == JsonValueKind.String) => $"[{string.Join(", ", value.Items.Select(Quoted))}]",
        (Kind.Count, JsonValueKind.Number) when value.TryGetInt64(out var count) && count >= 0 => value.GetRawText(),
        (Kind.Amount, JsonValueKind.Number) when value.TryGetDouble(out var amount) && amount >= 0 => value.GetRawText(),
        _ => null,
    };

    private static string Quoted(JsonElement text) => JsonValue.Create(text.GetString())!.ToJsonString();
}
