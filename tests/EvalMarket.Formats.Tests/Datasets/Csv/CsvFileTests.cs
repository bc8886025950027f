using System.Text;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Datasets.Csv;

namespace EvalMarket.Formats.Tests.Datasets.Csv;

public sealed class CsvFileTests
{
    private const string Id = "itm_01j5zw2m8kf3r9t6y1x4c7v0bq";

    [Fact]
    public async Task The_seeds_example_becomes_items()
    {
        var items = await Csvs.ItemsAsync(
            "Human Message,AI Response,Datetime,History,participant_data.name,session_state.count,participant_data.tasks\n"
            + "What's the weather like?,I don't have access,2024-03-15T10:30:00Z,\"user: Hello\nassistant: Hi there!\",John,1,\"[\"\"Buy socks\"\", \"\"Feed the dog\"\"]\"\n"
            + "What is 2+2?,2+2 equals 4,,,Jane,,[not json\n");

        Assert.Equal(
            """{"id":null,"input":{"content":"What's the weather like?"},"output":{"content":"I don't have access"},"context":{"Datetime":"2024-03-15T10:30:00Z"},"history":[{"message_type":"human","content":"Hello"},{"message_type":"ai","content":"Hi there!"}],"participant_data":{"name":"John","tasks":["Buy socks","Feed the dog"]},"session_state":{"count":"1"},"assets":[],"source":null,"metadata":{}}""",
            Line(items[0]));
        Assert.Equal("""{"name":"Jane","tasks":"[not json"}""", items[1].ParticipantData.GetRawText());
        Assert.Equal("{}", items[1].Context.GetRawText());
    }

    [Fact]
    public async Task All_row_errors_come_with_the_number_that_a_spreadsheet_shows()
    {
        var (_, rows) = await Csvs.ReadAsync(
            "Human Message,AI Response,participant_data,History\n"
            + "\"two\nlines\",a,,\n"
            + "short,a\n"
            + "\n"
            + ",no question,,\n"
            + "long,a,,,x\n"
            + "bad,a,[1],\n"
            + "bad,a,,nobody says this\n"
            + "\"quote\"s,a,,\n"
            + "good,a,{},\n"
            + "\"open,a,,");

        string[] expected =
        [
            "3: The row has 2 cells, the first row has 4 cells.", "5: There is no human message.", "6: The row has 5 cells, the first row has 4 cells.", "7: The column \"participant_data\" takes a JSON object.",
            "8: History, line 1 of the cell: A history begins with", "9: In cell 1 there is text after the closing quote", "11: Cell 1 opens a quote that is never closed",
        ];
        Assert.All(expected.Zip(rows.SelectMany(row => row.Errors), (start, error) => (start, error)), pair => Assert.StartsWith(pair.start, $"{pair.error.Line}: {pair.error.Message}", StringComparison.Ordinal));
        Assert.Equal(7, rows.Sum(row => row.Errors.Count));
        Assert.Equal([2L, 10], rows.Where(row => row.Patch is not null).Select(row => row.Number));
    }

    [Theory]
    [InlineData("Human Message,AI Response", "input,output")]
    [InlineData("human_message,aiResponse,email,Remain", "input,output,context.email,context.Remain")]
    [InlineData("email,Question,Best Answer,Best Incorrect Answer", "context.email,input,output,context.Best Incorrect Answer")]
    [InlineData("input,expected_output,actual_output", "input,output,context.actual_output")]
    [InlineData("prompt,completion,ID,Section,History,context.a.b,participant data", "input,output,id,section,history,context.a.b,participant_data")]
    [InlineData("user,assistant,a.b", "input,output,context.a\\.b")]
    [InlineData("query,correct_answer,", "input,output,ignore")]
    [InlineData("text\tHuman Message\tAI", "context.text,input,output")]
    [InlineData("Human Message;AI Response;a,b", "input,output,context.a,b")]
    public async Task Columns_are_understood_by_whole_words(string header, string targets)
    {
        var (file, _) = await Csvs.ReadAsync(header + "\n");

        Assert.Empty(file.Errors);
        Assert.Equal(targets, string.Join(',', file.Columns.Select(column => column.Target.ToString())));
    }

    [Fact]
    public async Task A_mapping_says_what_goes_where()
    {
        List<ContentError> errors = [];
        var mapping = CsvColumns.ReadMapping("""{"Frage":"input","Antwort":"AI Response","email":"participant_data.mail","notes":null}""", errors);
        var item = Assert.Single(await Csvs.ItemsAsync("Frage;Antwort;email;notes;rest\nWas?;Das;a@b.c;x;y\n", new CsvOptions { Mapping = mapping }));

        Assert.Empty(errors);
        Assert.Equal(("Was?", "Das", """{"mail":"a@b.c"}""", """{"rest":"y"}"""), (item.Input, item.Output, item.ParticipantData.GetRawText(), item.Context.GetRawText()));
        CsvColumns.ReadMapping("""{"a":"nowhere","b":1,"c":"input.x"}""", errors);
        Assert.Equal(["/a", "/b", "/c"], errors.Select(error => error.Path));
        var (file, _) = await Csvs.ReadAsync("Human Message\nx\n", new CsvOptions { Mapping = mapping });
        Assert.Equal(4, file.Errors.Count(error => error.Path is not null));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n\n", "empty")]
    [InlineData("a,b\n1,2\n", "No column holds the human message")]
    [InlineData("Human Message,x,x\n", "Two columns have the name")]
    [InlineData("Human Message,context..a\n", "empty key")]
    [InlineData("PK\u0003\u0004", "workbook or an archive")]
    public async Task A_file_that_cannot_be_read_is_refused_with_its_reason(string text, string reason)
    {
        var (file, rows) = await Csvs.ReadAsync(text);

        Assert.Contains(reason, Assert.Single(file.Errors).Message, StringComparison.Ordinal);
        Assert.Empty(rows);
    }

    [Fact]
    public async Task Every_encoding_and_line_end_gives_the_same_items()
    {
        var text = "Human Message,AI Response\n\"Grüße, 🥧\n\",ok\n";
        byte[][] files =
        [
            Encoding.UTF8.GetBytes(text),
            [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)],
            [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(text)],
            Encoding.Unicode.GetBytes(text),
            Encoding.UTF8.GetBytes(text.Replace(",ok\n", ",ok", StringComparison.Ordinal)),
            Encoding.UTF8.GetBytes(text.Replace("Response\n", "Response\r\n", StringComparison.Ordinal).Replace(",ok\n", ",ok\r", StringComparison.Ordinal)),
        ];
        foreach (var bytes in files)
        {
            var (_, rows) = await Csvs.ReadAsync(bytes);
            Assert.Equal(("Grüße, 🥧\n", "ok"), (Assert.Single(rows).Patch!.Input, rows[0].Patch!.Output));
        }

        var latin = await Csvs.ReadAsync(Encoding.Latin1.GetBytes("Human Message\nx\né\n"));
        Assert.Contains("byte 17 is no character", latin.File.Errors.Concat(latin.Rows.SelectMany(row => row.Errors)).Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nesting_merges_with_whole_objects_and_contradictions_are_errors()
    {
        var header = "Human Message,context,context.a.b,context.a.c,context.a\n";
        var (_, rows) = await Csvs.ReadAsync(header + "x,\"{\"\"n\"\":1.0,\"\"a\"\":{\"\"z\"\":null}}\",B,\"[1]\",\nx,,B,,\"{\"\"k\"\":1}\"\nx,,B,,text\n");

        Assert.Equal("""{"n":1.0,"a":{"z":null,"b":"B","c":[1]}}""", rows[0].Patch!.Create().Context.GetRawText());
        Assert.Equal("""{"a":{"k":1,"b":"B"}}""", rows[1].Patch!.Create().Context.GetRawText());
        Assert.Contains("context.a.b lies within a value", Assert.Single(rows[2].Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_update_create_or_become_context()
    {
        var (_, rows) = await Csvs.ReadAsync($"id,Human Message\n{Id},a\n42,b\n,c\nitm_x,d\n{Id},e\n");

        Assert.Equal(Id, rows[0].Patch!.Id!.Value.Value);
        Assert.Equal("""{"id":"42"}""", rows[1].Patch!.Create().Context.GetRawText());
        Assert.Equal("{}", rows[2].Patch!.Create().Context.GetRawText());
        Assert.Contains("26 characters", Assert.Single(rows[3].Errors).Message, StringComparison.Ordinal);
        Assert.Contains("more than once", Assert.Single(rows[4].Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_touches_only_the_columns_of_the_file()
    {
        var item = new DatasetItem
        {
            Input = "old", Output = "kept", History = [new HistoryMessage(HistoryMessageType.Human, "h")],
            Context = Json("""{"topic":"t","a":{"b":"1","c":2},"n":3}"""), ParticipantData = Json("""{"name":"J","age":4}"""), SessionState = Json("""{"s":1}"""),
        };
        var (_, rows) = await Csvs.ReadAsync($"id,Human Message,context.a.b,topic,participant_data\n{Id},new,,changed,\"{{\"\"name\"\":\"\"K\"\"}}\"\n");
        var changed = rows[0].Patch!.Apply(item);

        Assert.Equal(("new", "kept", 1), (changed.Input, changed.Output, changed.History.Count));
        Assert.Equal("""{"topic":"changed","a":{"c":2},"n":3}""", changed.Context.GetRawText());
        Assert.Equal("""{"name":"K"}""", changed.ParticipantData.GetRawText());
        Assert.Equal("""{"s":1}""", changed.SessionState.GetRawText());
        var (_, answers) = await Csvs.ReadAsync($"id,AI Response\n{Id},better\n7,x\n");
        Assert.Equal(("old", "better"), (answers[0].Patch!.Apply(item).Input, answers[0].Patch!.Apply(item).Output));
        Assert.Null(answers[1].Patch);
    }

    [Fact]
    public async Task Automatic_histories_are_the_rows_before_of_the_same_conversation()
    {
        var options = new CsvOptions { History = CsvHistory.Auto };
        var items = await Csvs.ItemsAsync("Human Message,AI Response,conversation_id\na,1,x\nb,,x\nc,3,x\nd,4,y\n", options);

        Assert.Equal(["", "user: a\nassistant: 1", "user: a\nassistant: 1\nuser: b", ""], items.Select(item => HistoryText.Format(item.History)));
        Assert.Equal("""{"conversation_id":"y"}""", items[3].Context.GetRawText());

        var bounded = await Csvs.ItemsAsync("Human Message,AI Response\na,1\nb,2\nc,3\n", options with { Limits = new CsvLimits { HistoryBytes = 90 } });
        Assert.Equal("user: b\nassistant: 2", HistoryText.Format(bounded[2].History));
        Assert.Equal("""{"history_omitted":2}""", bounded[2].Metadata.GetRawText());

        var (_, rows) = await Csvs.ReadAsync("Human Message,History\na,\nb,user: x\n", options);
        Assert.Equal([0, 1], rows.Select(row => row.Errors.Count));
    }

    [Fact]
    public async Task Rows_and_cells_beyond_their_bounds_are_errors_and_the_rows_behind_them_are_read()
    {
        var limits = new CsvLimits { Columns = 3, CellCharacters = 10, RowCharacters = 15 };
        var (_, rows) = await Csvs.ReadAsync($"Question,a\n{new string('x', 11)},1\n1234567890,123456\n1,2,3,4,5\nok,1\n", new CsvOptions { Limits = limits });

        Assert.Equal(["Cell 1 is longer than 10 characters.", "The row is longer than 15 characters.", "The row has more than 3 cells."], rows.SelectMany(row => row.Errors).Select(error => error.Message));
        Assert.Equal("ok", rows[3].Patch!.Input);
    }

    [Fact]
    public async Task Rejected_rows_come_back_as_a_file_that_can_be_mended_and_imported()
    {
        var (file, rows) = await Csvs.ReadAsync("Human Message,AI Response\n,=1+1\na\n'-b,c,d\n");
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        CsvRejects.WriteHeader(output, file.Header);
        foreach (var row in rows)
            CsvRejects.WriteRow(output, row);
        var text = Encoding.UTF8.GetString(output.WrittenSpan);

        Assert.Equal(
            "Import error,Human Message,AI Response\nThere is no human message.,,'=1+1\n\"The row has 1 cell, the first row has 2 cells.\",a\n\"The row has 3 cells, the first row has 2 cells.\",'-b,c,d\n",
            text);
        var again = await Csvs.ReadAsync(text.Replace(",,'=", ",q,'=", StringComparison.Ordinal));
        Assert.Equal(("q", "=1+1", "{}"), (again.Rows[0].Patch!.Input, again.Rows[0].Patch!.Output, again.Rows[0].Patch!.Create().Context.GetRawText()));
    }

    [Fact]
    public async Task What_is_no_text_is_replaced_and_counted()
    {
        var (_, rows) = await Csvs.ReadAsync([.. Encoding.Unicode.Preamble, .. "Human Message\na\0b"u8.ToArray().SelectMany(b => new[] { b, (byte)0 }), 0x00, 0xD8, 0x0A, 0x00]);

        Assert.Equal(("a\uFFFDb\uFFFD", 2), (rows[0].Patch!.Input, rows[0].Patch!.ReplacedCharacters));
    }

    private static string Line(DatasetItem item) => Encoding.UTF8.GetString(DatasetItemWriter.ToLine(item)).TrimEnd();

    private static System.Text.Json.JsonElement Json(string json) => System.Text.Json.JsonElement.Parse(json);
}
