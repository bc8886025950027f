using System.Text.Json;
using EvalMarket.Formats;

namespace EvalMarket.Core.Jobs;

/// <summary>What was wrong with the content that a job was given.</summary>
public static class JobErrors
{
    /// <summary>The errors that the job ended with, or those that its result lists where it left out what was wrong and took the rest.</summary>
    public static IReadOnlyList<ContentError> Of(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Errors is { } errors ? JsonSerializer.Deserialize(errors, JobJsonContext.Default.IReadOnlyListContentError) ?? []
            : job.Result is { } result && JsonElement.Parse(result) is { ValueKind: JsonValueKind.Object } body
                && body.TryGetProperty("errors", out var listed) && listed.ValueKind == JsonValueKind.Array
                ? listed.Deserialize(JobJsonContext.Default.IReadOnlyListContentError) ?? []
            : [];
    }
}
