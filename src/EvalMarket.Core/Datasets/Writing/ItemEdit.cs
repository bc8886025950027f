using System.Collections.Frozen;
using System.Text.Json;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>A change that many items get in the same way.</summary>
public sealed record ItemEdit
{
    private const string Tags = "tags";

    public static IReadOnlyDictionary<string, JsonElement> NoMembers { get; } = FrozenDictionary<string, JsonElement>.Empty;

    /// <summary>The output of all of them; null leaves it.</summary>
    public string? Output { get; init; }

    /// <summary>Members that the context gets beside its own; JSON null takes one away.</summary>
    public IReadOnlyDictionary<string, JsonElement> Context { get; init; } = NoMembers;

    /// <summary>The same for the metadata.</summary>
    public IReadOnlyDictionary<string, JsonElement> Metadata { get; init; } = NoMembers;

    /// <summary>Tags that <c>context.tags</c> gets.</summary>
    public IReadOnlyList<string> AddTags { get; init; } = [];

    /// <summary>Tags that <c>context.tags</c> loses.</summary>
    public IReadOnlyList<string> RemoveTags { get; init; } = [];

    public bool IsEmpty => Output is null && Context.Count == 0 && Metadata.Count == 0 && AddTags.Count == 0 && RemoveTags.Count == 0;

    /// <summary>What the version says.</summary>
    public string Summary => string.Join(", ", ((string?[])
    [
        Output is null ? null : "output set",
        Context.Count == 0 ? null : $"context ({string.Join(", ", Context.Keys)}) set",
        Metadata.Count == 0 ? null : $"metadata ({string.Join(", ", Metadata.Keys)}) set",
        AddTags.Count == 0 ? null : $"tagged {string.Join(", ", AddTags)}",
        RemoveTags.Count == 0 ? null : $"tags taken off: {string.Join(", ", RemoveTags)}",
    ]).OfType<string>());

    /// <summary>What is wrong with it.</summary>
    public IEnumerable<ContentError> Check(Limits limits)
    {
        if (IsEmpty)
        {
            yield return new ContentError("Give something to change: set, add_tags or remove_tags.", "");
        }

        foreach (var (name, list) in new[] { ("add_tags", AddTags), ("remove_tags", RemoveTags) })
        {
            if (list.Count > limits.TagsPerSession)
            {
                yield return new ContentError($"At most {limits.TagsPerSession} tags.", $"/{name}");
            }

            foreach (var (i, tag) in list.Index())
            {
                if (string.IsNullOrWhiteSpace(tag) || tag.Length > limits.TagLength || tag.Any(char.IsControl))
                {
                    yield return new ContentError($"A tag is one line of 1 to {limits.TagLength} characters.", $"/{name}/{i}");
                }
            }
        }

        if (Output?.Length > limits.LineBytes / 8)
        {
            yield return new ContentError($"At most {limits.LineBytes / 8:N0} characters.", "/set/output/content");
        }
    }

    /// <summary>The item as it will be.</summary>
    public DatasetItem Apply(DatasetItem item)
    {
        var context = Merge(item.Context, Context);
        if (AddTags.Count > 0 || RemoveTags.Count > 0)
        {
            var before = TagsOf(context);
            var after = before.Except(RemoveTags, StringComparer.Ordinal).Union(AddTags, StringComparer.Ordinal).ToList();
            if (!after.SequenceEqual(before, StringComparer.Ordinal))
            {
                context = Merge(context, new Dictionary<string, JsonElement>(StringComparer.Ordinal)
                {
                    [Tags] = after.Count == 0 ? JsonElement.Parse("null"u8) : JsonElement.Parse($"[{string.Join(',', after.Select(tag => JsonObjects.OfText(tag).GetRawText()))}]"),
                });
            }
        }

        return item with { Output = Output ?? item.Output, Context = context, Metadata = Merge(item.Metadata, Metadata) };
    }

    private static List<string> TagsOf(JsonElement context) => context.TryGetProperty(Tags, out var tags)
        ? tags.ValueKind switch
        {
            JsonValueKind.String => [tags.GetString()!],
            JsonValueKind.Array => [.. tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)],
            _ => [],
        }
        : [];

    private static JsonElement Merge(JsonElement element, IReadOnlyDictionary<string, JsonElement> members)
    {
        if (members.Count == 0)
        {
            return element;
        }

        List<KeyValuePair<string, JsonElement>> all =
        [
            .. element.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, members.TryGetValue(property.Name, out var value) ? value : property.Value)),
            .. members.Where(member => !element.TryGetProperty(member.Key, out _)),
        ];
        return JsonObjects.With(JsonObjects.Empty, [.. all.Where(member => member.Value.ValueKind != JsonValueKind.Null || !members.ContainsKey(member.Key))]);
    }
}
