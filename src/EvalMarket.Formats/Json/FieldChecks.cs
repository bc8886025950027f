using System.Text.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Json;

/// <summary>Reads values of a JSON document field by field and notes every one that is not what it should be, with its JSON pointer.</summary>
internal sealed class FieldChecks(List<ContentError> errors)
{
    /// <summary>How many errors were noted so far.</summary>
    public int Noted => errors.Count;

    public void Add(string path, string message) => errors.Add(new ContentError(message, path));

    /// <summary>Appends a key to a JSON pointer (RFC 6901).</summary>
    public static string At(string path, string key) =>
        $"{path}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public string? Text(JsonElement value, string path, int maxLength = int.MaxValue, bool isName = false)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Add(path, "This must be text.");
            return null;
        }

        var text = value.GetString()!;
        if (text.Length > maxLength)
        {
            Add(path, $"At most {maxLength} characters; this has {text.Length}.");
        }
        else if (isName && text.Length == 0)
        {
            Add(path, "This must not be empty.");
        }
        else if (isName && text.Any(char.IsControl))
        {
            Add(path, "Control characters are not allowed here.");
        }
        else
        {
            return text;
        }

        return null;
    }

    /// <summary>A whole number, 0 or more, that many can be added up of.</summary>
    public long? Count(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number is >= 0 and <= SessionLimits.Count)
        {
            return number;
        }

        Add(path, $"This must be a whole number from 0 to {SessionLimits.Count}.");
        return null;
    }

    /// <summary>An amount, 0 or more, below a thousand million.</summary>
    public decimal? Amount(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number is >= 0 and < 1_000_000_000)
        {
            return number;
        }

        Add(path, "This must be a number, 0 or more.");
        return null;
    }

    public DateTimeOffset? Time(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && Rfc3339.TryParse(value.GetString(), out var time))
        {
            return time;
        }

        Add(path, "This must be an RFC 3339 time with an offset, such as 2026-01-31T09:30:00Z.");
        return null;
    }

    public bool? Flag(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                Add(path, "This must be true or false.");
                return null;
        }
    }

    /// <summary>A JSON object, kept as it is.</summary>
    public JsonElement? Object(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.Object:
                return value.Clone();
            default:
                Add(path, "This must be a JSON object.");
                return null;
        }
    }

    /// <summary>The values of a list, each with its pointer; null counts as an empty list.</summary>
    public IEnumerable<(JsonElement Value, string Path)> List(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray().Select((item, index) => (item, $"{path}/{index}"));
        }

        if (value.ValueKind != JsonValueKind.Null)
        {
            Add(path, "This must be a list.");
        }

        return [];
    }
}
