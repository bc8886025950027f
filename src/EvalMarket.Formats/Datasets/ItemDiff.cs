using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets;

/// <summary>One place at which two versions of an item differ.</summary>
/// <param name="Path">JSON pointer into the item: <c>/input/content</c>, <c>/context/topic</c>, <c>/history/2/content</c>.</param>
/// <param name="Before">The older value; null when there was none.</param>
/// <param name="After">The newer value; null when there is none any more.</param>
public sealed record FieldChange(string Path, JsonElement? Before, JsonElement? After);

/// <summary>The fields in which two versions of an item differ, in the item's own order. Objects are compared member by member, the history entry by entry, other lists as a whole.</summary>
public static class ItemDiff
{
    /// <summary>Compares all members but the id.</summary>
    /// <param name="before">The older item.</param>
    /// <param name="after">The newer item.</param>
    /// <returns>Nothing when only the id differs.</returns>
    public static IReadOnlyList<FieldChange> Of(DatasetItem before, DatasetItem after)
    {
        List<FieldChange> changes = [];
        using var left = JsonDocument.Parse(DatasetItemWriter.ToLine(before with { Id = null }));
        using var right = JsonDocument.Parse(DatasetItemWriter.ToLine(after with { Id = null }));
        Compare(changes, "", left.RootElement, right.RootElement);
        return changes;
    }

    private static void Compare(List<FieldChange> changes, string path, JsonElement before, JsonElement after)
    {
        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in before.EnumerateObject())
            {
                var at = FieldChecks.At(path, property.Name);
                if (after.TryGetProperty(property.Name, out var other))
                {
                    Compare(changes, at, property.Value, other);
                }
                else
                {
                    changes.Add(new FieldChange(at, property.Value.Clone(), null));
                }
            }

            foreach (var property in after.EnumerateObject().Where(property => !before.TryGetProperty(property.Name, out _)))
            {
                changes.Add(new FieldChange(FieldChecks.At(path, property.Name), null, property.Value.Clone()));
            }
        }
        else if (path == "/history")
        {
            CompareEntries(changes, path, before, after);
        }
        else if (!IsSame(before, after))
        {
            changes.Add(new FieldChange(path, before.Clone(), after.Clone()));
        }
    }

    private static void CompareEntries(List<FieldChange> changes, string path, JsonElement before, JsonElement after)
    {
        var (there, now) = (before.GetArrayLength(), after.GetArrayLength());
        for (var i = 0; i < Math.Max(there, now); i++)
        {
            var at = $"{path}/{i}";
            if (i < there && i < now)
            {
                Compare(changes, at, before[i], after[i]);
            }
            else
            {
                changes.Add(new FieldChange(at, i < there ? before[i].Clone() : null, i < now ? after[i].Clone() : null));
            }
        }
    }

    private static bool IsSame(JsonElement before, JsonElement after) =>
        before.ValueKind == after.ValueKind && (before.ValueKind switch
        {
            JsonValueKind.String => before.ValueEquals(after.GetString()),
            JsonValueKind.Number => before.GetRawText() == after.GetRawText(),
            _ => JsonObjects.Compact(before) == JsonObjects.Compact(after),
        });
}
