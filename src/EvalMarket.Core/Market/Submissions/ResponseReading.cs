using EvalMarket.Formats.Bundles;
using Responses = EvalMarket.Formats.Bundles.Submissions;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>Reads what grading needs of a listing's tasks and of a submission.</summary>
internal static class ResponseReading
{
    /// <summary>The responses of a file that was found good, by task.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        Dictionary<string, string> responses = new(StringComparer.Ordinal);
        await foreach (var entry in Responses.ReadAsync(content, cancellationToken))
            responses[entry.TaskId] = entry.ModelResponse;
        return responses;
    }

    /// <summary>The ids of the tasks of a tasks.json.</summary>
    public static async Task<IReadOnlySet<string>> TaskIdsAsync(Stream tasks, CancellationToken cancellationToken)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        await foreach (var task in BundleTasks.ReadAsync(tasks, cancellationToken))
            ids.Add(task.TaskId);
        return ids;
    }
}
