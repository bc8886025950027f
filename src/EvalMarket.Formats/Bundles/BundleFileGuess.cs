using System.Text.Json;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Bundles;

/// <summary>The three files that a bundle is made of.</summary>
public enum BundleFileRole
{
    Tasks = 1,
    Answers = 2,
    Reference = 3,
}

/// <summary>Tells which file of a bundle a file is: by its content, and where that says nothing, by its name.</summary>
public static class BundleFileGuess
{
    /// <summary>How much of the beginning is looked at.</summary>
    public const int HeadBytes = 256 * 1024;

    private static readonly string[] OfTasks = ["task_prompt", "prompt"];
    private static readonly string[] OfAnswers = ["criteria", "passThreshold", "answer", "rationale"];

    /// <summary>Null when neither content nor name says it.</summary>
    /// <param name="head">The first <see cref="HeadBytes"/> of the file, or all of a shorter one.</param>
    public static BundleFileRole? Of(string name, ReadOnlySpan<byte> head) => OfContent(head) ?? OfName(name);

    /// <summary>What the content is, as far as it can be read.</summary>
    public static BundleFileRole? OfContent(ReadOnlySpan<byte> head)
    {
        if (ZipFiles.IsZip(head))
        {
            return BundleFileRole.Reference;
        }

        if (head.StartsWith("\uFEFF"u8))
        {
            head = head[3..];
        }

        try
        {
            return Read(new Utf8JsonReader(head, isFinalBlock: false, default));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static BundleFileRole? OfName(string name)
    {
        var file = name[(name.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return file.EndsWith(".zip", StringComparison.Ordinal) ? BundleFileRole.Reference
            : !file.EndsWith(".json", StringComparison.Ordinal) ? null
            : file.Contains("answer", StringComparison.Ordinal) ? BundleFileRole.Answers
            : file.Contains("task", StringComparison.Ordinal) || file.Contains("prompt", StringComparison.Ordinal) ? BundleFileRole.Tasks
            : null;
    }

    /// <summary>The fields of the first entries tell: those of a task, or those of an answer. An entry that has both says nothing, so the next one is asked.</summary>
    private static BundleFileRole? Read(Utf8JsonReader reader)
    {
        var (isTask, isAnswer) = (false, false);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1:
                    if (reader.ValueTextEquals("prompts"u8) || reader.ValueTextEquals("tasks"u8))
                    {
                        return BundleFileRole.Tasks;
                    }

                    if (reader.ValueTextEquals("answers"u8))
                    {
                        return BundleFileRole.Answers;
                    }

                    break;
                case JsonTokenType.PropertyName when reader.CurrentDepth == 2:
                    isTask |= Is(ref reader, OfTasks);
                    isAnswer |= Is(ref reader, OfAnswers);
                    break;
                case JsonTokenType.EndObject when reader.CurrentDepth == 1:
                    if (isTask != isAnswer)
                    {
                        return isTask ? BundleFileRole.Tasks : BundleFileRole.Answers;
                    }

                    (isTask, isAnswer) = (false, false);
                    break;
            }
        }

        // A first entry that is longer than what was looked at.
        return isTask == isAnswer ? null : isTask ? BundleFileRole.Tasks : BundleFileRole.Answers;
    }

    private static bool Is(ref Utf8JsonReader reader, string[] names)
    {
        foreach (var name in names)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }
        }

        return false;
    }
}
