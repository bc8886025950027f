using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>A JSON object that is changed at single places; what is not touched stays as it was, order and spelling included.</summary>
internal sealed class ObjectTree
{
    private readonly OrderedDictionary<string, object> members = [];

    public ObjectTree(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in root.EnumerateObject())
            {
                members[property.Name] = property.Value;
            }
        }
    }

    /// <summary>Puts a value at a place; objects on the way are made. False when something that is no object stands in the way; it is replaced.</summary>
    /// <param name="path">Keys, at least one.</param>
    /// <param name="value">A <see cref="JsonElement"/>, or a text.</param>
    public bool Set(ReadOnlySpan<string> path, object value)
    {
        if (path.Length == 1)
        {
            members[path[0]] = value;
            return true;
        }

        var isFree = true;
        if (!TryChild(path[0], out var child))
        {
            isFree = !members.ContainsKey(path[0]);
            members[path[0]] = child = new ObjectTree(default);
        }

        return child.Set(path[1..], value) && isFree;
    }

    /// <summary>Takes a value away, and the objects around it that are empty then.</summary>
    /// <param name="path">Keys, at least one.</param>
    /// <param name="keepObject">An object at this place stays: other columns hold what is in it.</param>
    public void Remove(ReadOnlySpan<string> path, bool keepObject)
    {
        if (path.Length == 1)
        {
            if (!keepObject || !TryChild(path[0], out _))
            {
                members.Remove(path[0]);
            }
        }
        else if (TryChild(path[0], out var child))
        {
            child.Remove(path[1..], keepObject);
            if (child.members.Count == 0)
            {
                members.Remove(path[0]);
            }
        }
    }

    public JsonElement ToElement() => members.Count == 0 ? JsonObjects.Empty : JsonObjects.Make(WriteMembers);

    private bool TryChild(string key, out ObjectTree child)
    {
        child = null!;
        if (!members.TryGetValue(key, out var value))
        {
            return false;
        }

        if (value is JsonElement { ValueKind: JsonValueKind.Object } element)
        {
            members[key] = child = new ObjectTree(element);
            return true;
        }

        child = (value as ObjectTree)!;
        return child is not null;
    }

    private void WriteMembers(Utf8JsonWriter writer)
    {
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            switch (value)
            {
                case string text:
                    JsonText.WriteText(writer, text);
                    break;
                case JsonElement element:
                    JsonText.WriteElement(writer, element);
                    break;
                case ObjectTree tree:
                    writer.WriteStartObject();
                    tree.WriteMembers(writer);
                    writer.WriteEndObject();
                    break;
            }
        }
    }
}
