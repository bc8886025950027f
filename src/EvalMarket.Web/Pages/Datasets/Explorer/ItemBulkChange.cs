using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>What a button of the bulk bar does to the selected items, and how that is told afterwards.</summary>
/// <param name="Done">"deleted".</param>
/// <param name="MakeAsync">Makes the change.</param>
internal sealed record ItemBulkChange(string Done, Func<ItemEditing, DatasetId, ItemSelection, CancellationToken, Task<Outcome<ItemChangeResult>>> MakeAsync)
{
    private const int LongestTag = 100;

    private const string Tags = "tags";

    /// <summary>Null for a button that does not exist or a tag that cannot be one.</summary>
    /// <param name="action"><c>delete</c>, <c>duplicate</c>, <c>move:sec_…</c>, <c>add-tag</c>, <c>remove-tag</c>.</param>
    public static ItemBulkChange? Of(string? action, string? tag)
    {
        var name = tag?.Trim() ?? "";
        var isTag = name.Length is > 0 and <= LongestTag && !name.Any(char.IsControl);
        return action switch
        {
            "delete" => new ItemBulkChange("deleted", (editing, dataset, selection, token) => editing.DeleteAsync(dataset, selection, token)),
            "duplicate" => new ItemBulkChange("duplicated", (editing, dataset, selection, token) => editing.DuplicateAsync(dataset, selection, token)),
            "add-tag" when isTag => new ItemBulkChange($"tagged “{name}”", (editing, dataset, selection, token) => editing.EditAsync(dataset, selection, item => With(item, name), $"tagged “{name}”", token)),
            "remove-tag" when isTag => new ItemBulkChange($"no longer tagged “{name}”", (editing, dataset, selection, token) => editing.EditAsync(dataset, selection, item => Without(item, name), $"no longer tagged “{name}”", token)),
            _ when action?.Split(':') is ["move", var section] && TypeId.TryParse<SectionId>(section, out var id) =>
                new ItemBulkChange("moved", (editing, dataset, selection, token) => editing.MoveAsync(dataset, selection, id, token)),
            _ => null,
        };
    }

    /// <summary>Tags are in <c>context.tags</c>, as cloning puts them there.</summary>
    private static DatasetItem With(DatasetItem item, string tag) =>
        TagsOf(item) is { } tags && !tags.Contains(tag, StringComparer.Ordinal) ? item with { Context = Context(item, [.. tags, tag]) } : item;

    private static DatasetItem Without(DatasetItem item, string tag) =>
        TagsOf(item) is { } tags && tags.Contains(tag, StringComparer.Ordinal) ? item with { Context = Context(item, [.. tags.Where(each => each != tag)]) } : item;

    /// <summary>Null where something else stands in the place of tags: it is left alone.</summary>
    private static List<string>? TagsOf(DatasetItem item) =>
        !item.Context.TryGetProperty(Tags, out var tags) ? []
        : tags.ValueKind == JsonValueKind.String ? [tags.GetString()!]
        : tags.ValueKind == JsonValueKind.Array && tags.EnumerateArray().All(each => each.ValueKind == JsonValueKind.String) ? [.. tags.EnumerateArray().Select(each => each.GetString()!)]
        : null;

    private static JsonElement Context(DatasetItem item, IReadOnlyList<string> tags)
    {
        var members = item.Context.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        members.Remove(Tags);
        if (tags.Count > 0)
        {
            members[Tags] = JsonElement.Parse($"[{string.Join(',', tags.Select(tag => JsonObjects.Compact(JsonObjects.OfText(tag))))}]");
        }

        return JsonObjects.With(JsonObjects.Empty, members);
    }
}
