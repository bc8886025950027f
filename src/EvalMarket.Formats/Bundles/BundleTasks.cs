using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>Reads <c>tasks.json</c>.</summary>
public static class BundleTasks
{
    /// <summary>Name of the file, in messages and downloads.</summary>
    public const string FileName = "tasks.json";

    /// <summary>The tasks of a file that <see cref="BundleCheck"/> found good, as a stream.</summary>
    /// <exception cref="InvalidDataException">It is not good.</exception>
    public static async IAsyncEnumerable<BundleTask> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new BundleBounds { EntryBytes = int.MaxValue, IdLength = int.MaxValue };
        await foreach (var entry in BundleEntries.ReadAsync(stream, isTasks: true, bounds.EntryBytes, cancellationToken))
        {
            List<ContentError> errors = [];
            yield return (entry.Problem is null ? Read(entry.Element, entry.Path, errors, bounds) : null)
                ?? throw new InvalidDataException($"{FileName} {entry.Path}: {entry.Problem ?? errors[0].Message}");
        }
    }

    /// <summary>One task, or null when something is wrong with it.</summary>
    internal static BundleTask? Read(JsonElement element, string path, List<ContentError> errors, BundleBounds bounds)
    {
        var fields = new BundleFields(errors, bounds);
        var before = errors.Count;
        var task = new BundleTask
        {
            TaskId = fields.RequiredId(element, path, "task_id") ?? "",
            TaskPrompt = fields.RequiredText(element, path, "task_prompt") ?? "",
            ReferenceFile = fields.RequiredText(element, path, "reference_file", mayBeEmpty: true) ?? "",
        };
        return errors.Count == before ? task : null;
    }
}
