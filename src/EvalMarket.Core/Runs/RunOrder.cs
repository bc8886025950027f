using System.Text.Json;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;

namespace EvalMarket.Core.Runs;

/// <summary>A run as somebody sends it, without its results. What is wrong with it is found by <see cref="RunOrders"/>.</summary>
public sealed record RunOrder
{
    public required DatasetId DatasetId { get; init; }

    /// <summary>The version of the dataset that it ran on; null for the newest.</summary>
    public int? Version { get; init; }

    public required string Name { get; init; }

    public string? Model { get; init; }

    public string? Provider { get; init; }

    public RunStatus Status { get; init; } = RunStatus.Completed;

    /// <summary>Null: now.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Without secrets.</summary>
    public JsonElement? RunConfig { get; init; }

    /// <summary>As LightEval loads it.</summary>
    public string? LightEvalConfig { get; init; }

    /// <summary>What was taken out of it.</summary>
    public IReadOnlyList<RemovedSecret> Removed { get; init; } = [];
}

/// <summary>Makes orders of the fields of a form: checked whole, and without secrets before anything is kept anywhere.</summary>
public static class RunOrders
{
    public const string ConfigFile = "run_config";
    public const string LightEvalFile = "lighteval_config";

    private const int ConfigBytes = 1024 * 1024;

    /// <summary>The order; null when <paramref name="errors"/> got some.</summary>
    /// <param name="dataset">That it is a run of.</param>
    /// <param name="fields">By their names: name, model, provider, status, version, run_config, lighteval_config.</param>
    /// <param name="errors">Gets what is wrong, with the field's name as pointer.</param>
    public static RunOrder? Read(DatasetId dataset, IReadOnlyDictionary<string, string> fields, List<ContentError> errors)
    {
        List<RemovedSecret> removed = [];
        var name = Text(fields, "name", errors);
        var model = Text(fields, "model", errors);
        var order = new RunOrder
        {
            DatasetId = dataset,
            Version = Version(fields, errors),
            Name = name ?? model ?? "Run",
            Model = model,
            Provider = Text(fields, "provider", errors),
            Status = Status(fields, errors),
            RunConfig = Config(fields.GetValueOrDefault(ConfigFile), errors, removed),
            LightEvalConfig = LightEval(fields.GetValueOrDefault(LightEvalFile), errors, removed),
            Removed = removed,
        };
        return errors.Count == 0 ? order : null;
    }

    /// <summary>The run as it is, with the fields that are given; null when <paramref name="errors"/> got some. Its version stays.</summary>
    public static RunOrder? Change(RunDocument run, IReadOnlyDictionary<string, string> fields, List<ContentError> errors)
    {
        List<RemovedSecret> removed = [.. run.Removed];
        var order = new RunOrder
        {
            DatasetId = run.DatasetId,
            Version = run.DatasetVersion,
            Name = Text(fields, "name", errors) ?? run.Name,
            Model = Text(fields, "model", errors) ?? run.Model,
            Provider = Text(fields, "provider", errors) ?? run.Provider,
            Status = fields.GetValueOrDefault("status") is { Length: > 0 } ? Status(fields, errors) : run.Status,
            CreatedAt = run.CreatedAt,
            RunConfig = Config(fields.GetValueOrDefault(ConfigFile), errors, removed) ?? run.RunConfig,
            LightEvalConfig = LightEval(fields.GetValueOrDefault(LightEvalFile), errors, removed) ?? run.LightEvalConfig,
            Removed = removed,
        };
        return errors.Count == 0 ? order : null;
    }

    internal static JsonElement? Config(string? json, List<ContentError> errors, List<RemovedSecret> removed)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return null;
        }

        if (json.Length > ConfigBytes)
        {
            errors.Add(new ContentError($"At most {ConfigBytes:N0} characters.", "/" + ConfigFile));
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Formats.Json.WellFormedText.OfJson(System.Text.Encoding.UTF8.GetBytes(json), out _), Formats.Json.JsonText.ReadOptions);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new ContentError("This must be a JSON object.", "/" + ConfigFile));
                return null;
            }

            var (clean, secrets) = SecretRemoval.Clean(document.RootElement);
            removed.AddRange(secrets.Select(secret => secret with { File = ConfigFile }));
            return clean;
        }
        catch (JsonException exception)
        {
            errors.Add(new ContentError($"This is not valid JSON (line {exception.LineNumber + 1}).", "/" + ConfigFile));
            return null;
        }
    }

    internal static string? LightEval(string? yaml, List<ContentError> errors, List<RemovedSecret> removed)
    {
        if (string.IsNullOrWhiteSpace(yaml))
        {
            return null;
        }

        if (yaml.Length > LightEvalConfig.MostBytes)
        {
            errors.Add(new ContentError($"At most {LightEvalConfig.MostBytes:N0} characters.", "/" + LightEvalFile));
            return null;
        }

        try
        {
            List<RemovedSecret> secrets = [];
            var clean = LightEvalConfig.Rewrite(yaml, secrets);
            removed.AddRange(secrets.Select(secret => secret with { File = LightEvalFile }));
            return clean;
        }
        catch (InvalidDataException exception)
        {
            errors.Add(new ContentError(exception.Message, "/" + LightEvalFile));
            return null;
        }
    }

    private static string? Text(IReadOnlyDictionary<string, string> fields, string field, List<ContentError> errors)
    {
        if (fields.GetValueOrDefault(field)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (text.Length > RunRow.NameLength || text.Any(char.IsControl))
        {
            errors.Add(new ContentError($"At most {RunRow.NameLength} characters, and no control characters.", "/" + field));
            return null;
        }

        // Somebody may paste a key into the wrong field.
        return SecretRemoval.CleanText(text) ?? text;
    }

    private static int? Version(IReadOnlyDictionary<string, string> fields, List<ContentError> errors)
    {
        if (fields.GetValueOrDefault("version") is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version) && version > 0)
        {
            return version;
        }

        errors.Add(new ContentError("This must be the number of a version.", "/version"));
        return null;
    }

    private static RunStatus Status(IReadOnlyDictionary<string, string> fields, List<ContentError> errors)
    {
        if (fields.GetValueOrDefault("status") is not { Length: > 0 } text)
        {
            return RunStatus.Completed;
        }

        if (!RunStatuses.TryParse(text, out var status))
        {
            errors.Add(new ContentError($"Must be one of {string.Join(", ", RunStatuses.Names)}.", "/status"));
        }

        return status;
    }
}
