using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EvalMarket.Core.Market.Bundles;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>A task with its answer and criteria, as one edits it. Fields that it does not know stay in the files as they are.</summary>
public sealed class TaskForm
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The version of the bundle that was opened.</summary>
    public int Version { get; set; }

    public string? TaskId { get; set; }

    public string? Prompt { get; set; }

    public string? ReferenceFile { get; set; }

    /// <summary>Whether the task has an answer, and is scored.</summary>
    public bool IsScored { get; set; } = true;

    public string? Answer { get; set; }

    /// <summary>The answer is JSON, not text.</summary>
    public bool IsJson { get; set; }

    public string? PassThreshold { get; set; } = "100";

    public List<CriterionForm> Criteria { get; set; } = [];

    public static TaskForm Of(EditableTask task, int version)
    {
        var form = new TaskForm
        {
            Version = version,
            TaskId = Text(task.Task, "task_id"),
            Prompt = Text(task.Task, "task_prompt"),
            ReferenceFile = Text(task.Task, "reference_file"),
            IsScored = task.Answer is not null,
        };
        if (task.Answer is not { } answer)
            return form;

        if (answer.TryGetProperty("answer", out var value))
        {
            form.IsJson = value.ValueKind != JsonValueKind.String;
            form.Answer = form.IsJson ? JsonNode.Parse(value.GetRawText())?.ToJsonString(Readable) ?? "null" : value.GetString();
        }

        form.PassThreshold = Text(answer, "passThreshold");
        form.Criteria = [.. answer.GetProperty("criteria").EnumerateArray().Select(CriterionForm.Of)];
        return form;
    }

    /// <summary>The entry in tasks.json.</summary>
    public string TaskJson(EditableTask? before)
    {
        var json = before is null ? [] : JsonObject.Create(before.Task)!;
        json["task_id"] = TaskId;
        json["task_prompt"] = Prompt ?? "";
        json["reference_file"] = ReferenceFile ?? "";
        return json.ToJsonString(Readable);
    }

    /// <summary>The entry in answers.json; null when the task is not scored.</summary>
    /// <exception cref="JsonException">The answer, or a criterion's config, is no JSON.</exception>
    public string? AnswerJson(EditableTask? before)
    {
        if (!IsScored)
            return null;

        var json = before?.Answer is { } known ? JsonObject.Create(known)! : [];
        json["task_id"] = TaskId;
        if (IsJson)
            json["answer"] = JsonNode.Parse(string.IsNullOrWhiteSpace(Answer) ? "null" : Answer);
        else if (!string.IsNullOrEmpty(Answer) || before?.Answer is null || json.ContainsKey("answer"))
            json["answer"] = Answer ?? "";
        json["reference_file"] = ReferenceFile ?? "";
        var criteria = new JsonArray();
        foreach (var criterion in Criteria.Where(criterion => !criterion.IsRemoved && !criterion.IsEmpty))
            criteria.Add((JsonNode)criterion.ToJson(before?.Answer));
        json["criteria"] = criteria;
        json["passThreshold"] = CriterionForm.Number(PassThreshold);
        return json.ToJsonString(Readable);
    }

    internal static string? Text(JsonElement parent, string name) => !parent.TryGetProperty(name, out var value) ? null
        : value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Null => null, _ => value.GetRawText() };

    /// <summary>What the weights sum to, as far as they are numbers.</summary>
    public decimal Total => Criteria.Where(criterion => !criterion.IsRemoved).Sum(criterion => decimal.TryParse(criterion.Weight, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) ? weight : 0);
}
