using EvalMarket.Formats.Json;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Bundles;

/// <summary>
/// Reads a bundle whole and says everything that is wrong with it, each thing with its file, JSON pointer, line and column. Memory holds one task or answer, and the ids of all.
/// Messages quote nothing of the key.
/// </summary>
public sealed class BundleCheck
{
    private readonly BundleBounds bounds;
    private readonly BundleProblems errors;
    private readonly BundleProblems warnings;
    private readonly Dictionary<string, TaskPlace> tasks = new(StringComparer.Ordinal);
    private readonly HashSet<string> answered = new(StringComparer.Ordinal);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private readonly List<(string Name, string File, string Path, long? Line, long? Column)> references = [];
    private readonly Dictionary<CriterionType, int> criteria = [];
    private bool isInPrompts;
    private bool areTasksWhole = true;

    private BundleCheck(BundleBounds bounds)
    {
        this.bounds = bounds;
        errors = new BundleProblems(bounds.Problems);
        warnings = new BundleProblems(bounds.Problems);
    }

    /// <summary>Checks the files of a bundle together.</summary>
    /// <param name="reference">The reference archive; null when there is none.</param>
    public static async Task<BundleReport> CheckAsync(UploadedFile tasks, UploadedFile answers, UploadedFile? reference, BundleBounds bounds, CancellationToken cancellationToken)
    {
        var check = new BundleCheck(bounds);
        await check.ReadAsync(tasks, BundleTasks.FileName, check.AddTask, cancellationToken);
        await check.ReadAsync(answers, BundleAnswers.FileName, check.AddAnswer, cancellationToken);
        check.TellUnanswered();
        var archive = reference is null ? null : await ReferenceArchive.CheckAsync(reference, bounds, check.used, check.errors, check.warnings, cancellationToken);
        check.TellMissing(archive);
        return check.Report(archive);
    }

    private async Task ReadAsync(UploadedFile file, string name, Action<BundleEntry> add, CancellationToken cancellationToken)
    {
        var isTasks = name == BundleTasks.FileName;
        var isJson = true;
        var count = 0;
        await using (var content = await file.OpenAsync(cancellationToken))
        {
            await foreach (var entry in BundleEntries.ReadAsync(content, isTasks, bounds.EntryBytes, cancellationToken))
            {
                isInPrompts |= entry.Path.StartsWith($"/{BundleEntries.ListName}/", StringComparison.Ordinal);
                if (count++ == bounds.Tasks)
                {
                    errors.Add(entry.At(name, entry.Path, $"A bundle has at most {bounds.Tasks:N0} tasks; what follows was not read."));
                    areTasksWhole &= !isTasks;
                    return;
                }

                if (entry.Problem is not null)
                {
                    isJson &= entry.IsJson && entry.Path.Length > 0;
                    areTasksWhole &= !isTasks;
                    errors.Add(new ContentError(entry.Problem, entry.Path, entry.Line, name, entry.Column + 1));
                    continue;
                }

                if (entry.Replaced > 0)
                {
                    warnings.Add(entry.At(name, entry.Path, $"{entry.Replaced:N0} characters in this are none (invalid UTF-8, half of a pair, or U+0000) and are read as U+FFFD."));
                }

                add(entry);
            }
        }

        // The entries are told apart by brackets and quotes; whether all that is between them is right, too, is asked here.
        if (isJson)
        {
            await using var content = await file.OpenAsync(cancellationToken);
            if (await JsonSyntax.CheckAsync(content, bounds.EntryBytes, cancellationToken) is { } problem)
            {
                errors.Add(new ContentError(problem.Message, "", problem.Line, name, problem.Column));
            }
            else if (count == 0 && isTasks)
            {
                errors.Add(new ContentError("There must be at least one task.", "", 1, name, 1));
            }
        }
    }

    private void AddTask(BundleEntry entry)
    {
        List<ContentError> found = [];
        var task = BundleTasks.Read(entry.Element, entry.Path, found, bounds);
        Tell(entry, BundleTasks.FileName, found);
        // A task with another error still is one: its answer is not without a task.
        if (task?.TaskId is not { Length: > 0 } id && (id = entry.Element.MemberText("task_id")) is not { Length: > 0 })
        {
            areTasksWhole = false;
            return;
        }

        if (tasks.TryGetValue(id, out var first))
        {
            errors.Add(entry.At(BundleTasks.FileName, entry.Path + "/task_id", $"The task at {first.Path} has the same task_id."));
            return;
        }

        tasks.Add(id, new TaskPlace(entry.Path, entry.Line, entry.Column + 1, task?.ReferenceFile));
        NoteReference(entry, BundleTasks.FileName, task?.ReferenceFile);
    }

    private void AddAnswer(BundleEntry entry)
    {
        List<ContentError> found = [];
        var answer = BundleAnswers.Read(entry.Element, entry.Path, found, bounds, mayLackAnswer: isInPrompts);
        Tell(entry, BundleAnswers.FileName, found);
        foreach (var criterion in answer?.Criteria ?? [])
        {
            criteria[criterion.Type] = criteria.GetValueOrDefault(criterion.Type) + 1;
        }

        if (entry.Element.MemberText("task_id") is not { Length: > 0 } id)
        {
            return;
        }

        var path = entry.Path + "/task_id";
        if (!answered.Add(id))
        {
            errors.Add(entry.At(BundleAnswers.FileName, path, "There is another answer to the same task before this one."));
        }

        if (!tasks.TryGetValue(id, out var task))
        {
            // While a task could not be read, this may be its answer; but it stays an answer without a task.
            errors.Add(entry.At(BundleAnswers.FileName, path, areTasksWhole ? "No task has this task_id." : "No task that could be read has this task_id."));
        }

        var reference = answer?.ReferenceFile;
        if (task?.ReferenceFile is { } ofTask && !string.IsNullOrEmpty(reference) && ofTask != reference)
        {
            warnings.Add(entry.At(BundleAnswers.FileName, entry.Path + "/reference_file", "The task names another reference file, or none; buyers get the task's."));
        }

        NoteReference(entry, BundleAnswers.FileName, reference);
    }

    private void NoteReference(BundleEntry entry, string file, string? name)
    {
        if (!string.IsNullOrEmpty(name) && (used.Add(name) || file == BundleTasks.FileName))
        {
            var place = entry.At(file, entry.Path + "/reference_file", "");
            references.Add((name, file, place.Path!, place.Line, place.Column));
        }
    }

    private void Tell(BundleEntry entry, string file, List<ContentError> found)
    {
        foreach (var error in found)
        {
            errors.Add(entry.At(file, error.Path!, error.Message));
        }
    }

    private void TellUnanswered()
    {
        foreach (var (id, place) in tasks)
        {
            if (!answered.Contains(id))
            {
                warnings.Add(new ContentError("This task has no answer: it will not be scored.", place.Path, place.Line, BundleTasks.FileName, place.Column));
            }
        }
    }

    private void TellMissing(ReferenceArchive? archive)
    {
        foreach (var (name, file, path, line, column) in references)
        {
            if (archive?.Has(name) != true)
            {
                errors.Add(new ContentError(
                    archive is null ? "A reference file is named here, but no reference archive was sent." : "The reference archive has no file of this name (upper and lower case matter).", path, line, file, column));
            }
        }
    }

    private BundleReport Report(ReferenceArchive? archive) => new()
    {
        Errors = errors.Kept,
        ErrorCount = errors.Count,
        Warnings = warnings.Kept,
        WarningCount = warnings.Count,
        Summary = errors.Count > 0 ? null : new BundleSummary
        {
            Tasks = tasks.Count,
            ScoredTasks = answered.Count,
            Criteria = criteria,
            References = archive?.Files ?? [],
        },
    };

    private sealed record TaskPlace(string Path, long Line, long Column, string? ReferenceFile);
}
