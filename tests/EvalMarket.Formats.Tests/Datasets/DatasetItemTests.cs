using System.Text;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Tests.Datasets;

public sealed class DatasetItemTests
{
    private const string Full =
        """
        {"id":"itm_01j5zw2m8kf3r9t6y1x4c7v0bq","input":{"content":"What is \"π\"? 🥧\nSay it."},"output":{"content":"3.14"},"context":{"topic":"maths","a.b":{"z":1.50,"a":[null,true,-0.0e10]}},"history":[{"message_type":"system","content":"Be short."},{"message_type":"human","content":"Hi","summary":"greets"},{"message_type":"ai","content":""}],"participant_data":{"name":"Jane","Ä":"ß"},"session_state":{"count":1},"assets":[{"path":"assets/pie.png","mime_type":"image/png","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","bytes":12}],"source":{"session_id":"ses_01j5zw2m8kf3r9t6y1x4c7v0bq","message_ids":["msg_01j5zw2m8kf3r9t6y1x4c7v0bq"]},"metadata":{"by":"hand"},"type":"mcq","choices":["3.14","2.71"],"answer":["3.14"],"criteria":{"weight":1}}

        """;

    [Fact]
    public void A_line_is_given_back_byte_for_byte()
    {
        var reading = Read(Full, UnknownProperties.Refuse);

        Assert.Empty(reading.Errors);
        Assert.Equal(Full.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(DatasetItemWriter.ToLine(reading.Item!)));
    }

    [Fact]
    public void All_main_properties_are_written_in_their_order_even_without_a_value()
    {
        var line = Encoding.UTF8.GetString(DatasetItemWriter.ToLine(new DatasetItem { Input = "Hi\u2028there\r\n" }));

        Assert.Equal(
            "{\"id\":null,\"input\":{\"content\":\"Hi\u2028there\\r\\n\"},\"output\":{\"content\":\"\"},\"context\":{},\"history\":[],\"participant_data\":{},\"session_state\":{},\"assets\":[],\"source\":null,\"metadata\":{}}\n",
            line);
    }

    [Fact]
    public void All_errors_of_an_item_come_at_once_with_their_places()
    {
        var reading = Read(
            """
            {"id":"x","input":{"content":""},"output":"no","context":[],"history":[{"message_type":"tool","content":"a"},{"message_type":"ai"},7],
             "participant_data":1,"assets":[{"path":"../a","sha256":"zz"},{}],"source":{"session_id":"ses_1"},"color":"red","type":[],"metadata":null}
            """,
            UnknownProperties.Refuse);

        Assert.Null(reading.Item);
        Assert.Equal(
            ["/assets/0/path", "/assets/0/sha256", "/assets/1/path", "/color", "/context", "/history/0/message_type", "/history/1/content", "/history/2", "/id", "/input/content", "/output", "/participant_data", "/source/session_id", "/type"],
            reading.Errors.Select(error => error.Path!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"output":{"content":"a"}}""", "/input")]
    [InlineData("""{"input":{}}""", "/input/content")]
    [InlineData("""{"input":null}""", "/input/content")]
    [InlineData("""{"input":{"content":"a"},"input":{"content":"b"}}""", null)]
    [InlineData("""["a"]""", "")]
    [InlineData("\"a\"", "")]
    [InlineData("{\"input\":{\"content\":\"a\"", null)]
    public void An_item_without_its_shape_is_refused(string json, string? path)
    {
        var reading = Read(json, UnknownProperties.Keep);

        Assert.Null(reading.Item);
        Assert.Equal(path, Assert.Single(reading.Errors).Path);
    }

    [Fact]
    public void Eval_752_lines_are_read_with_their_text_and_answer()
    {
        var reading = Read(
            """{"id":"q-7","type":"multiple","inputs":{"text":"Which?","lang":"en"},"choices":{"A":"one"},"answer":"A","criteria":["exact"],"difficulty":3,"metadata":{"difficulty":1}}""",
            UnknownProperties.Keep);

        var item = reading.Item!;
        Assert.Equal("q-7", reading.ForeignId);
        Assert.Equal(("Which?", "A", "multiple"), (item.Input, item.Output, item.Type));
        Assert.Equal("""{"A":"one"}""", item.Choices!.Value.GetRawText());
        Assert.Equal("""["exact"]""", item.Criteria!.Value.GetRawText());
        Assert.Equal("""{"difficulty":1,"id":"q-7","inputs":{"lang":"en"}}""", item.Metadata.GetRawText());
    }

    [Theory]
    [InlineData("""{"inputs":{"text":"a"},"answer":42.0}""", "42.0")]
    [InlineData("""{"inputs":{"text":"a"},"answer":["x"]}""", "x")]
    [InlineData("""{"inputs":{"text":"a"},"answer":["x","y"]}""", """["x","y"]""")]
    [InlineData("""{"inputs":{"text":"a"},"answer":"x","output":{"content":"y"}}""", "y")]
    [InlineData("""{"inputs":{"text":"a"},"answer":"x","output":{"content":""}}""", "")]
    public void An_answer_is_the_output_where_there_is_no_other(string json, string output) =>
        Assert.Equal(output, Read(json, UnknownProperties.Refuse).Item!.Output);

    [Fact]
    public void What_is_no_text_is_replaced_and_counted()
    {
        var reading = Read("""{"input":{"content":"a\u0000b\ud800"}}""", UnknownProperties.Refuse);

        Assert.Equal("a\uFFFDb\uFFFD", reading.Item!.Input);
        Assert.Equal(2, reading.ReplacedCharacters);
    }

    [Fact]
    public void Content_is_equal_whatever_the_order_of_members_and_the_metadata()
    {
        var item = Read(Full, UnknownProperties.Refuse).Item!;
        var same = item with { Id = null, Metadata = JsonObjects.Empty, Type = null, Source = null, Context = Json("""{"a.b":{"a":[null,true,-0.0e10],"z":1.50},"topic":"maths"}""") };

        Assert.True(ItemContent.AreEqual(item, same));
        Assert.Equal(ItemContent.Hash(item), ItemContent.Hash(same));
        DatasetItem[] others =
        [
            item with { Input = "x" },
            item with { Output = "x" },
            item with { Context = Json("""{"topic":"maths"}""") },
            item with { History = [.. item.History.Take(2)] },
            item with { ParticipantData = Json("{}") },
            item with { SessionState = Json("""{"count":1.0}""") },
            item with { Assets = [] },
        ];
        Assert.All(others, other => Assert.False(ItemContent.AreEqual(item, other)));
        Assert.Equal(others.Length + 1, others.Append(item).Select(other => Convert.ToHexString(ItemContent.Hash(other))).Distinct().Count());
    }

    [Fact]
    public void A_diff_names_each_field_that_changed()
    {
        var before = Read("""{"input":{"content":"a"},"context":{"x":1,"y":{"z":"old"},"l":[1]},"history":[{"message_type":"human","content":"1"}],"answer":"k"}""", UnknownProperties.Refuse).Item!;
        var after = Read(
            """{"id":"itm_01j5zw2m8kf3r9t6y1x4c7v0bq","input":{"content":"b"},"output":{"content":"k"},"context":{"y":{"z":"new"},"l":[1],"n":null},"history":[{"message_type":"human","content":"2"},{"message_type":"ai","content":"3"}],"answer":"k"}""",
            UnknownProperties.Refuse).Item!;

        Assert.Equal(
            [
                "/input/content: \"a\" → \"b\"", "/context/x: 1 → ", "/context/y/z: \"old\" → \"new\"", "/context/n:  → null", "/history/0/content: \"1\" → \"2\"",
                "/history/1:  → {\"message_type\":\"ai\",\"content\":\"3\"}",
            ],
            ItemDiff.Of(before, after).Select(change => $"{change.Path}: {change.Before?.GetRawText()} → {change.After?.GetRawText()}"));
        Assert.Empty(ItemDiff.Of(before, before with { Id = after.Id }));
    }

    [Fact]
    public async Task Bodies_are_one_item_a_list_or_lines()
    {
        var one = """{"input":{"content":"a"}}""";
        Assert.Equal("a", Assert.Single(DatasetItemBodies.ReadDocument(Encoding.UTF8.GetBytes(one))).Item!.Input);
        Assert.Equal(2, DatasetItemBodies.ReadDocument(Encoding.UTF8.GetBytes($"[{one},{one}]")).Count(reading => reading.Item is not null));
        Assert.Equal("/items/1/input", DatasetItemBodies.ReadDocument(Encoding.UTF8.GetBytes($$"""{"items":[{{one}},{}]}"""))[1].Errors[0].Path);
        Assert.NotEmpty(DatasetItemBodies.ReadDocument("[]"u8.ToArray())[0].Errors);

        var lines = await ListAsync(DatasetItemBodies.ReadLinesAsync(Stream($"{one}\n\n{{\"input\":1}}\r\n{one}"), 1000, UnknownProperties.Refuse, default));
        Assert.Equal([1L, 3, 4], lines.Select(reading => reading.Line!.Value));
        Assert.Equal((3L, "/input"), (lines[1].Errors[0].Line!.Value, lines[1].Errors[0].Path));

        var list = await ListAsync(DatasetItemBodies.ReadListAsync(Stream($$"""{"items":[{{one}},{"x":1}]}"""), 1000, default));
        Assert.Equal(["/1/x", "/1/input"], list[1].Errors.Select(error => error.Path));
        Assert.NotEmpty((await ListAsync(DatasetItemBodies.ReadListAsync(Stream("["), 1000, default)))[0].Errors);
    }

    private static DatasetItemReading Read(string json, UnknownProperties unknown) => DatasetItemReader.Read(Encoding.UTF8.GetBytes(json), unknown);

    private static System.Text.Json.JsonElement Json(string json) => System.Text.Json.JsonElement.Parse(json);

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> source)
    {
        List<T> list = [];
        await foreach (var entry in source)
            list.Add(entry);
        return list;
    }

    [Theory]
    [InlineData("""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":"q"}}""")]
    [InlineData("""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":"\"ü😀\\n\u0001"},"output":{"content":""},"context":{"a":{"b":[1.50,null]},"tags":["x"]},"metadata":{"k":{}}}""")]
    [InlineData("""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":"q"},"history":[{"message_type":"human","content":"a"},{"message_type":"ai","content":"","summary":"s"},{"message_type":"system","content":"c"}]}""")]
    [InlineData("""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":"q"},"assets":[{"path":"assets/a.png"},{"path":"assets/b.png","mime_type":"image/png","sha256":"0000000000000000000000000000000000000000000000000000000000000000","bytes":5}]}""")]
    [InlineData("""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":"q"},"source":{"session_id":"ses_01kjmbqde0edcsbk84j37awn22","message_ids":["msg_01kjmbqde0edcsbk84j37awn22"]}}""")]
    [InlineData("""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":"q"},"type":"choice","choices":["a","b"],"answer":1,"criteria":[{"weight":100}]}""")]
    public void A_stored_line_is_read_as_the_item_that_it_was_written_from(string json)
    {
        var item = DatasetItemReader.Read(System.Text.Encoding.UTF8.GetBytes(json), UnknownProperties.Keep).Item!;
        var line = DatasetItemWriter.ToLine(item).AsMemory()[..^1];

        var stored = DatasetItemReader.ReadStored(line);

        Assert.Equal(line.ToArray(), DatasetItemWriter.ToLine(stored)[..^1]);
        Assert.True(ItemContent.AreEqual(item, stored));
        Assert.Equal((item.Id, item.Source?.SessionId, item.Type), (stored.Id, stored.Source?.SessionId, stored.Type));
        // One that was changed from outside is not half read.
        Assert.Throws<InvalidDataException>(() => DatasetItemReader.ReadStored(line[..^1]));
        Assert.Throws<InvalidDataException>(() => DatasetItemReader.ReadStored("""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":""},"output":{"content":""}}"""u8.ToArray()));
    }
}
