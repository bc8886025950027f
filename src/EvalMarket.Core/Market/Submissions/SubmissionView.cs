using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>What a buyer sees of a submission: what the seller reveals, and no more. The API, the pages and the result of the job are made of this and of nothing else.</summary>
public sealed record SubmissionView
{
    public required SubmissionRow Row { get; init; }

    /// <summary>Null when the listing is gone.</summary>
    public ListingName? Listing { get; init; }

    /// <summary>Rounded.</summary>
    public decimal? Score { get; init; }

    /// <summary>0–1, rounded.</summary>
    public decimal? PassRate { get; init; }

    /// <summary>Null before it was graded, and when only the overall is revealed.</summary>
    public IReadOnlyList<TaskReport>? Tasks { get; init; }

    public string Status => Row.Status.ToString().ToLowerInvariant();

    public bool IsGraded => Row.Status is SubmissionStatus.Completed or SubmissionStatus.Pending;

    internal static SubmissionView Of(SubmissionRow row, ListingName? listing, SubmissionDocument? document) => new()
    {
        Row = row,
        Listing = listing,
        Score = ScoreRounding.Overall(row.Score, row.TaskCount, row.Reveal),
        PassRate = ScoreRounding.Rate(row.PassRate, row.TaskCount, row.Reveal),
        Tasks = document is null ? null : ScoreReport.Of(new SubmissionScore(document.Tasks), row.Reveal).Tasks,
    };

    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", Row.Id.Value);
        writer.WriteString("listing", Listing?.Slug);
        writer.WriteNumber("version", Row.ListingVersion);
        writer.WriteString("status", Status);
        Write(writer, "score", Score);
        Write(writer, "pass_rate", PassRate);
        writer.WriteString("reveal", Row.Reveal.ToWire());
        writer.WriteNumber("task_count", Row.TaskCount);
        writer.WriteNumber("answered", Row.AnsweredCount);
        writer.WriteString("model", Row.Model);
        writer.WriteString("leaderboard", Row.LeaderboardName);
        writer.WriteString("created_at", Time(Row.CreatedAt));
        writer.WriteString("completed_at", Row.CompletedAt is { } at ? Time(at) : null);
        writer.WriteString("job_id", Row.JobId?.Value);
        if (Row.Error is { } error)
            writer.WriteString("error", error);
        if (Tasks is not null)
        {
            writer.WriteStartArray("tasks");
            foreach (var task in Tasks)
                Write(writer, task);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary><c>missing</c> for a task without a response.</summary>
    public static string StatusOf(TaskReport task) => !task.IsAnswered ? "missing" : StatusOf(task.Status);

    public static string StatusOf(GradeStatus status) => status == GradeStatus.Pending ? "pending" : "graded";

    private static void Write(Utf8JsonWriter writer, TaskReport task)
    {
        writer.WriteStartObject();
        writer.WriteString("task_id", task.TaskId);
        Write(writer, "score", task.Score);
        if (task.Passed is { } passed)
            writer.WriteBoolean("passed", passed);
        else
            writer.WriteNull("passed");
        writer.WriteString("status", StatusOf(task));
        if (task.Criteria is not null)
        {
            writer.WriteStartArray("criteria");
            foreach (var criterion in task.Criteria)
            {
                writer.WriteStartObject();
                writer.WriteString("id", criterion.CriterionId);
                writer.WriteString("name", criterion.Name);
                writer.WriteString("type", criterion.Type.ToWire());
                writer.WriteNumber("weight", criterion.Weight);
                Write(writer, "score", criterion.Score);
                writer.WriteString("status", StatusOf(criterion.Status));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, decimal? value)
    {
        // 66.5 and not 66.50: the same number is always written the same.
        if (value is { } known)
            writer.WriteNumber(name, known / 1.0000000000000000000000000000m);
        else
            writer.WriteNull(name);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
