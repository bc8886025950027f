using System.Security.Cryptography;
using System.Text.Json;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>What the index wants to know of an item, read from its line without making the item.</summary>
internal sealed class ItemSketch
{
    /// <summary>Bytes of text (as UTF-8) of one item that search sees.</summary>
    public const int SearchBytes = 32 * 1024;

    /// <summary>Tags of one item that lists can be narrowed by, and how long they may be.</summary>
    private const int MaxTags = 50;

    private const int MaxTagLength = 100;

    private readonly List<string> texts = [];
    private readonly List<string> tags = [];
    private readonly List<MessageId> messages = [];
    private readonly List<AssetReference> assets = [];

    private ItemSketch(string hash) => Hash = hash;

    public ItemId Id { get; private set; }

    public string Input { get; private set; } = "";

    public string Output { get; private set; } = "";

    public bool HasOutput => OutputLength > 0;

    /// <summary>Characters of the whole output.</summary>
    public int OutputLength { get; private set; }

    public IReadOnlyList<string> Tags => tags;

    public SessionId? Session { get; private set; }

    public IReadOnlyList<MessageId> Messages => messages;

    public IReadOnlyList<AssetReference> Assets => assets;

    /// <summary>First 16 hex digits of the line's SHA-256.</summary>
    public string Hash { get; }

    /// <summary>The first 16 hex digits of a line's SHA-256.</summary>
    public static string HashOf(ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, hash);
        return Convert.ToHexStringLower(hash[..8]);
    }

    /// <summary>The id of a line: every one begins with it.</summary>
    /// <exception cref="InvalidDataException">It does not: a file was changed from outside.</exception>
    public static ItemId IdOf(ReadOnlySpan<byte> line)
    {
        const int Length = 4 + TypeId.SuffixLength;
        var start = "{\"id\":\""u8;
        return line.StartsWith(start) && line.Length > start.Length + Length && TypeId.TryParse<ItemId>(System.Text.Encoding.ASCII.GetString(line.Slice(start.Length, Length)), out var id)
            ? id
            : throw new InvalidDataException("A stored item does not begin with its id.");
    }

    /// <summary>Reads a line as <see cref="DatasetItemWriter"/> wrote it.</summary>
    public static ItemSketch Read(ReadOnlySpan<byte> line)
    {
        var sketch = new ItemSketch(HashOf(line)) { Id = IdOf(line) };
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            sketch.ReadMember(ref reader);
        }

        sketch.OutputLength = sketch.Output.Length;
        return sketch;
    }

    /// <summary>Gives the words that search finds the item by: of input and output, then of the free JSON.</summary>
    public void Words(WordFound found)
    {
        var left = SearchBytes;
        if (!SearchWords.Cut(Input, ref left, found) || !SearchWords.Cut(Output, ref left, found))
        {
            return;
        }

        foreach (var text in texts)
        {
            if (!SearchWords.Cut(text, ref left, found))
            {
                return;
            }
        }
    }

    /// <summary>Lets go of everything that no row keeps, when its words have been taken.</summary>
    public void Shorten()
    {
        Input = SessionIndexing.OneLine(Input, DatasetItemRow.PreviewLength);
        Output = SessionIndexing.OneLine(Output, DatasetItemRow.PreviewLength);
        texts.Clear();
        texts.TrimExcess();
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("input"u8))
        {
            Input = Content(ref reader);
        }
        else if (reader.ValueTextEquals("output"u8))
        {
            Output = Content(ref reader);
        }
        else if (reader.ValueTextEquals("context"u8))
        {
            ReadContext(ref reader);
        }
        else if (reader.ValueTextEquals("participant_data"u8) || reader.ValueTextEquals("session_state"u8) || reader.ValueTextEquals("metadata"u8))
        {
            ReadTexts(ref reader);
        }
        else if (reader.ValueTextEquals("assets"u8))
        {
            ReadAssets(ref reader);
        }
        else if (reader.ValueTextEquals("source"u8))
        {
            ReadSource(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    private static string Content(ref Utf8JsonReader reader)
    {
        var text = "";
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isContent = reader.ValueTextEquals("content"u8);
            reader.Read();
            if (isContent && reader.TokenType == JsonTokenType.String)
            {
                text = reader.GetString()!;
            }

            reader.Skip();
        }

        return text;
    }

    private void ReadContext(ref Utf8JsonReader reader)
    {
        reader.Read();
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth + 1 && reader.ValueTextEquals("tags"u8))
            {
                ReadTags(ref reader);
            }
            else
            {
                AddText(ref reader);
            }
        }
    }

    private void ReadTags(ref Utf8JsonReader reader)
    {
        reader.Read();
        AddText(ref reader);
        if (reader.TokenType == JsonTokenType.String)
        {
            AddTag(reader.GetString()!);
        }

        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            AddText(ref reader);
            if (reader.TokenType == JsonTokenType.String && reader.CurrentDepth == depth + 1)
            {
                AddTag(reader.GetString()!);
            }
        }
    }

    private void AddTag(string tag)
    {
        if (tag.Length is > 0 and <= MaxTagLength && tags.Count < MaxTags && !tag.Contains('\n', StringComparison.Ordinal) && !tags.Contains(tag, StringComparer.Ordinal)
            && tags.Sum(each => each.Length + 1) + tag.Length + 2 <= DatasetItemRow.TagsLength)
        {
            tags.Add(tag);
        }
    }

    private void ReadTexts(ref Utf8JsonReader reader)
    {
        reader.Read();
        var depth = reader.CurrentDepth;
        while (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.Read() && reader.CurrentDepth > depth)
        {
            do
            {
                AddText(ref reader);
            }
            while (reader.Read() && reader.CurrentDepth > depth);
            return;
        }
    }

    private void AddText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            texts.Add(reader.GetString()!);
        }
        else if (reader.TokenType == JsonTokenType.Number)
        {
            texts.Add(System.Text.Encoding.ASCII.GetString(reader.ValueSpan));
        }
    }

    private void ReadAssets(ref Utf8JsonReader reader)
    {
        reader.Read();
        using var list = JsonDocument.ParseValue(ref reader);
        foreach (var asset in list.RootElement.EnumerateArray())
        {
            assets.Add(new AssetReference(
                asset.GetProperty("path").GetString()!,
                asset.TryGetProperty("mime_type", out var type) ? type.GetString() : null,
                asset.TryGetProperty("sha256", out var sha256) ? sha256.GetString() : null,
                asset.TryGetProperty("bytes", out var bytes) && bytes.ValueKind == JsonValueKind.Number ? bytes.GetInt64() : null));
        }
    }

    private void ReadSource(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        using var source = JsonDocument.ParseValue(ref reader);
        if (TypeId.TryParse<SessionId>(source.RootElement.GetProperty("session_id").GetString(), out var session))
        {
            Session = session;
        }

        foreach (var message in source.RootElement.GetProperty("message_ids").EnumerateArray())
        {
            if (TypeId.TryParse<MessageId>(message.GetString(), out var id))
            {
                messages.Add(id);
            }
        }
    }
}
