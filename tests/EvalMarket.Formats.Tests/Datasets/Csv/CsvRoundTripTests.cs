using System.Text.Json;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Datasets.Csv;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Tests.Transcripts;

namespace EvalMarket.Formats.Tests.Datasets.Csv;

public sealed class CsvRoundTripTests
{
    private static readonly string[] Naughty =
    [
        .. TranscriptTexts.FindSharedFolder() is { } fixtures ? JsonDocument.Parse(File.ReadAllBytes(Path.Combine(fixtures, "strings/blns.json"))).RootElement.EnumerateArray().Select(text => text.GetString()!) : [],
        "", " ", "=1+1", "'=1", "''+x", "-", "@a", "\tx", "\rx", "'", "a,b", "a;b", "\"", "\"\"", "a\nb", "a\r\nb", "\n", "[]", "{}", "[1, 2]", "{\"a\":1}", "{broken", "42", "true", "null", "user: x", "x\nuser: y", "\uFEFFbom", "a.b", " key ", "\u2028",
    ];

    [Fact]
    public async Task Export_import_export_is_byte_equal_for_random_items()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var items = Enumerable.Range(0, random.Next(1, 30)).Select(_ => RandomItem(random)).ToList();

            var first = await Csvs.ExportAsync(items);
            var back = await Csvs.ItemsAsync(first);
            Assert.Equal(first, await Csvs.ExportAsync(back));
            Assert.All(items.Zip(back), pair => Assert.True(ItemContent.AreEqual(pair.First, pair.Second), $"seed {seed}"));

            // The file changes nothing in the items that it came from, either.
            var (_, rows) = await Csvs.ReadAsync(first);
            Assert.All(rows.Zip(items), pair => Assert.True(ItemContent.AreEqual(pair.Second, pair.First.Patch!.Apply(pair.Second)), $"seed {seed}"));
        }
    }

    [Fact]
    public async Task More_places_than_columns_go_to_whole_objects()
    {
        var items = Enumerable.Range(0, CsvLimits.ExportColumns + 1).Select(i => new DatasetItem { Input = "x", Context = JsonElement.Parse($$$"""{"k{{{i}}}":"v","n":{"m":"w"}}""") }).ToList();

        var first = await Csvs.ExportAsync(items);

        Assert.StartsWith("id,section,Human Message,AI Response,History,context\n", first, StringComparison.Ordinal);
        Assert.Equal(first, await Csvs.ExportAsync(await Csvs.ItemsAsync(first)));
    }

    [Fact]
    public async Task An_export_has_its_columns_in_the_order_that_is_promised()
    {
        var item = new DatasetItem
        {
            Id = ItemId.FromTrusted("itm_01j5zw2m8kf3r9t6y1x4c7v0bq"), Input = "=1", Output = "a \"b\"", History = [new HistoryMessage(HistoryMessageType.Human, "h")],
            Context = JsonElement.Parse("""{"z":"1","a":{"n":7,"t":"x"},"l":["y"]}"""), ParticipantData = JsonElement.Parse("""{"a.b":"dot","e":""}"""), SessionState = JsonElement.Parse("""{"s":"v"}"""),
        };

        Assert.Equal(
            "id,section,Human Message,AI Response,History,context.a.t,context.l,context.z,session_state.s,context,participant_data\n"
            + "itm_01j5zw2m8kf3r9t6y1x4c7v0bq,default,'=1,\"a \"\"b\"\"\",user: h,x,\"[\"\"y\"\"]\",1,v,\"{\"\"a\"\":{\"\"n\"\":7}}\",\"{\"\"a.b\"\":\"\"dot\"\",\"\"e\"\":\"\"\"\"}\"\n",
            await Csvs.ExportAsync(item));
    }

    private static DatasetItem RandomItem(Random random) => new()
    {
        Id = random.Next(2) == 0 ? null : TypeId.New<ItemId>(Csvs.Time),
        Input = "q" + Text(random) is var input && random.Next(3) > 0 && Text(random) is { Length: > 0 } text ? text : input,
        Output = Text(random),
        Context = RandomObject(random, 0),
        ParticipantData = RandomObject(random, 0),
        SessionState = random.Next(2) == 0 ? JsonObjects.Empty : RandomObject(random, 0),
        History = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new HistoryMessage((HistoryMessageType)random.Next(1, 4), Text(random), random.Next(5) == 0 ? Text(random) : null))],
    };

    private static JsonElement RandomObject(Random random, int depth) => JsonObjects.Make(writer => WriteMembers(writer, random, depth));

    private static void WriteMembers(Utf8JsonWriter writer, Random random, int depth)
    {
        var names = Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(4) == 0 ? Text(random) : $"k{random.Next(6)}").Distinct();
        foreach (var name in names)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, random, depth);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, Random random, int depth)
    {
        switch (random.Next(depth > 3 ? 4 : 7))
        {
            case 0:
                writer.WriteRawValue(random.Next(3) switch { 0 => "1.50", 1 => "-0", _ => "1e400" });
                break;
            case 1:
                writer.WriteRawValue(random.Next(3) switch { 0 => "null", 1 => "true", _ => "false" });
                break;
            case 2 or 3:
                writer.WriteStringValue(Text(random));
                break;
            case 4:
                writer.WriteStartArray();
                for (var i = random.Next(3); i > 0; i--)
                    WriteValue(writer, random, depth + 1);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStartObject();
                WriteMembers(writer, random, depth + 1);
                writer.WriteEndObject();
                break;
        }
    }

    private static string Text(Random random)
    {
        var replaced = 0;
        return Formats.Json.WellFormedText.Of(random.Next(4) == 0 ? $"plain {random.Next(100)}" : Naughty[random.Next(Naughty.Length)], ref replaced);
    }
}
