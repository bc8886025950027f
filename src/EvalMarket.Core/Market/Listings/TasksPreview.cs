using System.Text.Json;

namespace EvalMarket.Core.Market.Listings;

/// <summary>Reads the beginning of a tasks.json: the fields of its first tasks.</summary>
internal static class TasksPreview
{
    /// <summary>More than this of the file is not looked at for a preview.</summary>
    private const int MostBytes = 4 * 1024 * 1024;

    public static async Task<IReadOnlyList<JsonElement>> ReadAsync(Stream content, int count, CancellationToken cancellationToken)
    {
        List<JsonElement> tasks = [];
        using var head = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while (tasks.Count < count && head.Length < MostBytes && (read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            head.Write(buffer, 0, read);
            tasks = Parse(head.GetBuffer().AsSpan(0, (int)head.Length), count);
        }

        return tasks;
    }

    /// <summary>The whole objects at the top of the list that are in these bytes; the list may be the root or a property of it.</summary>
    private static List<JsonElement> Parse(ReadOnlySpan<byte> json, int count)
    {
        List<JsonElement> tasks = [];
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        var isWithin = false;
        while (tasks.Count < count && reader.Read())
        {
            if (!isWithin)
                isWithin = reader.TokenType == JsonTokenType.StartArray;
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                var copy = reader;
                if (!copy.TrySkip())
                    break;
                tasks.Add(JsonElement.ParseValue(ref reader));
            }
            else
                break;
        }

        return tasks;
    }
}
