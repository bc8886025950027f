using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;

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

    /// <summary>The entries of some tasks as they stand in a good file, in the order of the ids; those that are not there are left out. Stops when all were found.</summary>
    public static async Task<IReadOnlyList<JsonElement>> FindAsync(Stream stream, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        Dictionary<string, JsonElement> found = new(StringComparer.Ordinal);
        await foreach (var entry in BundleEntries.ReadAsync(stream, isTasks: true, int.MaxValue, cancellationToken))
        {
            if (entry.Problem is null && entry.Element.MemberText("task_id") is { } id && ids.Contains(id, StringComparer.Ordinal) && found.TryAdd(id, entry.Element) && found.Count == ids.Count)
            {
                break;
            }
        }

        return [.. ids.Where(found.ContainsKey).Select(id => found[id])];
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
