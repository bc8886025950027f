using System.Text.Json;
using EvalMarket.Core.Jobs;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Jobs;

/// <summary>A job in the API's terms: <c>{id, kind, status, done, total, result, errors[]}</c>.</summary>
internal sealed class JobAnswer(Job job, int status) : IResult
{
    public static JobAnswer Of(Job job) => new(job, StatusCodes.Status200OK);

    /// <summary>202, with the place to ask.</summary>
    public static JobAnswer Accepted(Job job) => new(job, StatusCodes.Status202Accepted);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (status == StatusCodes.Status202Accepted)
        {
            httpContext.Response.Headers.Location = $"/api/jobs/{job.Id}";
        }

        await new JsonAnswer(Write, status).ExecuteAsync(httpContext);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", job.Id.Value);
        writer.WriteString("kind", job.Kind);
        writer.WriteString("title", job.Title);
        writer.WriteString("status", job.Status.ToString().ToLowerInvariant());
        writer.WriteNumber("done", job.Done);
        writer.WritePropertyName("total");
        if (job.Total is { } total)
        {
            writer.WriteNumberValue(total);
        }
        else
        {
            writer.WriteNullValue();
        }

        // Both are JSON that a handler of ours wrote.
        writer.WritePropertyName("result");
        writer.WriteRawValue(job.Result ?? "null");
        writer.WritePropertyName("errors");
        writer.WriteRawValue(job.Errors ?? "[]");
        WriteTime(writer, "created_at", job.CreatedAt);
        WriteTime(writer, "started_at", job.StartedAt);
        WriteTime(writer, "finished_at", job.FinishedAt);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time) =>
        writer.WriteString(name, time?.UtcDateTime.ToString(TimeConverter.Format));
}
