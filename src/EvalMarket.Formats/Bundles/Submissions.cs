using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>Reads submissions: an array of <c>{task_id, model_response}</c>. What else an entry has is kept in the file and not read.</summary>
public static class Submissions
{
    /// <summary>Name of the file in messages.</summary>
    public const string FileName = "submission.json";

    /// <summary>Reads a submission whole and says everything that is wrong with it. A task without a response is no error: it is told, and counts as 0.</summary>
    /// <param name="taskIds">Of the bundle.</param>
    public static async Task<SubmissionReport> CheckAsync(Func<CancellationToken, ValueTask<Stream>> open, IReadOnlySet<string> taskIds, BundleBounds bounds, CancellationToken cancellationToken)
    {
        var errors = new BundleProblems(bounds.Problems);
        Dictionary<string, string> places = new(StringComparer.Ordinal);
        var answered = 0;
        var isJson = true;
        await using (var stream = await open(cancellationToken))
        {
            await foreach (var entry in BundleEntries.ReadAsync(stream, isTasks: false, bounds.EntryBytes, cancellationToken))
            {
                List<ContentError> found = [];
                if (entry.Problem is not null)
                {
                    isJson &= entry.IsJson && entry.Path.Length > 0;
                    errors.Add(new ContentError(entry.Problem, entry.Path, entry.Line, FileName, entry.Column + 1));
                    continue;
                }

                Read(entry.Element, entry.Path, found, bounds);
                if (entry.Element.MemberText("task_id") is { Length: > 0 } id)
                {
                    var path = entry.Path + "/task_id";
                    if (!taskIds.Contains(id))
                    {
                        found.Add(new ContentError("No task has this task_id.", path));
                    }
                    else if (!places.TryAdd(id, entry.Path))
                    {
                        found.Add(new ContentError($"The entry at {places[id]} is for the same task.", path));
                    }
                    else
                    {
                        answered++;
                    }
                }

                foreach (var error in found)
                {
                    errors.Add(entry.At(FileName, error.Path!, error.Message));
                }
            }
        }

        if (isJson)
        {
            await using var stream = await open(cancellationToken);
            if (await JsonSyntax.CheckAsync(stream, bounds.EntryBytes, cancellationToken) is { } problem)
            {
                errors.Add(new ContentError(problem.Message, "", problem.Line, FileName, problem.Column));
            }
            else if (answered == 0 && errors.Count == 0)
            {
                errors.Add(new ContentError("There must be at least one response.", "", 1, FileName, 1));
            }
        }

        return new SubmissionReport { Errors = errors.Kept, ErrorCount = errors.Count, Answered = answered, Missing = taskIds.Count - answered };
    }

    /// <summary>The responses of a submission that was found good, as a stream.</summary>
    /// <exception cref="InvalidDataException">It is not good.</exception>
    public static async IAsyncEnumerable<SubmissionEntry> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bounds = new BundleBounds { IdLength = int.MaxValue };
        await foreach (var entry in BundleEntries.ReadAsync(stream, isTasks: false, int.MaxValue, cancellationToken))
        {
            List<ContentError> errors = [];
            yield return (entry.Problem is null ? Read(entry.Element, entry.Path, errors, bounds) : null) ?? throw new InvalidDataException($"{FileName} {entry.Path}: {entry.Problem ?? errors[0].Message}");
        }
    }

    private static SubmissionEntry? Read(JsonElement element, string path, List<ContentError> errors, BundleBounds bounds)
    {
        var fields = new BundleFields(errors, bounds);
        var before = errors.Count;
        var entry = new SubmissionEntry(fields.RequiredId(element, path, "task_id") ?? "", fields.RequiredText(element, path, "model_response", mayBeEmpty: true) ?? "");
        return errors.Count == before ? entry : null;
    }
}
