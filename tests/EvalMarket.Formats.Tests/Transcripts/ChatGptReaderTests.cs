using EvalMarket.Formats.Sessions;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class ChatGptReaderTests
{
    private const string Lisbon = "6b9d-lisbon";

    [Fact]
    public async Task Reads_the_conversation_that_the_person_sees()
    {
        var records = await ReadAsync("chatgpt", Own("chatgpt/conversations.json"));
        var session = records[0].Session!;

        Assert.Equal(
            [
                "user: Plan two days in Lisbon. This is the map.",
                "assistant: Day one: Alfama and tram 28E.\nDay two: Belém.\n\nHere is the tram.",
                "user: How do I get to Belém?",
                "assistant: ```text\n15E from Cais do Sodré\n```\n\nEvery ten minutes.",
            ],
            Outline(session));
        Assert.Equal((Lisbon, "Lisbon in two days", "chatgpt", "gpt-5", "openai"), (session.ExternalId, session.Title, session.Source, session.Model, session.Provider));
        Assert.Equal("2026-02-02T02:40:00.250Z|2026-02-02T02:46:40.750Z", $"{session.CreatedAt:yyyy-MM-ddTHH:mm:ss.fffZ}|{session.UpdatedAt:yyyy-MM-ddTHH:mm:ss.fffZ}");
        Assert.Equal((null, null, 35_000L), (session.PromptTokens, session.CompletionTokens, session.DurationMs));
        Assert.Equal("""{"files":["tickets.pdf"],"left_out_tool_messages":4}""", session.Metadata!.Value.GetRawText());
    }

    [Fact]
    public async Task Thoughts_are_reasoning_and_pictures_are_parts_that_point_at_their_asset()
    {
        var messages = (await ReadAsync("chatgpt", Own("chatgpt/conversations.json")))[0].Session!.Messages;

        Assert.Equal(("sediment://file_map01", "map.png", "image/png", null), messages[0].Parts.Select(part => (part.Url, part.Name, part.MimeType, part.Data)).Single());
        Assert.Equal(
            ["Reading the map\nAlfama is in the east.", "Choosing", "Thought for 4 seconds", null], messages[1].Parts.Select(part => part.Text));
        Assert.Equal("sediment://file_tram03", messages[1].Parts[3].Url);
        Assert.Equal(("th", "gpt-5"), (messages[1].ExternalId, messages[1].Model));
    }

    [Fact]
    public async Task Without_a_current_node_the_newest_leaf_counts_and_the_first_prompt_is_the_title()
    {
        var session = (await ReadAsync("chatgpt", Own("chatgpt/conversations.json")))[1].Session!;

        Assert.Equal(["user: Name a prime above 90.", "assistant: 97."], Outline(session));
        Assert.Equal(("6b9d-prime", "Name a prime above 90.", "gpt-4o"), (session.ExternalId, session.Title, session.Model));
    }

    [Fact]
    public async Task Empty_conversations_are_passed_over_with_one_remark()
    {
        var records = await ReadAsync("chatgpt", Own("chatgpt/conversations.json"));

        Assert.Equal(2, records.Count(record => record.Session is not null));
        Assert.Equal("A conversation without a prompt or an answer was passed over.", records[^1].Error!.Message);
        Assert.Equal("There is no conversation in this file: no line with a prompt or an answer.", Assert.Single(await ReadAsync("chatgpt", Utf8("[]"))).Error!.Message);
    }

    [Theory]
    [InlineData("[@, @]")]
    [InlineData("{\"conversations\":[@],\"more\":{\"conversations\":[]}}\n")]
    [InlineData("{\"version\":3, \"conversations\" : [@]}")]
    [InlineData("@")]
    [InlineData("@\n@\n")]
    [InlineData("{\"first\":@,\"note\":1}")]
    public async Task Finds_conversations_in_lists_alone_a_line_each_and_by_name(string shape)
    {
        var one = """{"id":"c","current_node":"b","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["hi"]}},"children":["b"]},"b":{"message":{"author":{"role":"assistant"},"content":{"parts":["ho"]}}}}}""";
        var file = Utf8(shape.Replace("@", one, StringComparison.Ordinal));

        Assert.Equal("chatgpt", Detect(file).Reader?.Format);
        foreach (var record in await ReadAsync("chatgpt", file))
        {
            Assert.Equal(["user: hi", "assistant: ho"], Outline(record.Session!));
        }
    }

    [Theory]
    [InlineData("""{"a":{"parent":"b","message":@u},"b":{"parent":"a","message":@a}}""", "b", "user: u|assistant: a")]
    [InlineData("""{"a":{"parent":"a","message":@u}}""", "a", "user: u")]
    [InlineData("""{"x":{"message":null},"a":{"parent":"gone","message":@u},"b":{"parent":"a","message":@a}}""", "b", "user: u|assistant: a")]
    [InlineData("""{"a":{"parent":"gone","message":@u},"b":{"parent":"a","message":@a}}""", "gone", "user: u|assistant: a")]
    [InlineData("""{"a":{"message":@u},"b":{"message":@a}}""", "b", "user: u|assistant: a")]
    [InlineData("""{"a":{"children":["b",7,"b"],"message":@u},"b":{"children":"a","message":@a}}""", null, "user: u|assistant: a")]
    [InlineData("""{"a":[],"b":7,"c":null,"d":{"parent":5,"children":{},"message":"x"},"e":{"parent":"d","message":@u}}""", "e", "user: u")]
    [InlineData("""{"a":{"message":{"author":"user","content":{"parts":["x"]}}},"e":{"parent":"a","message":@u}}""", "e", "user: u")]
    [InlineData("""{"a":{"message":{"author":{"role":"user"},"content":[{"parts":["x"]}],"metadata":"m","recipient":4}},"e":{"parent":"a","message":@u}}""", "e", "user: u")]
    public async Task Broken_trees_and_values_of_the_wrong_kind_lose_nothing_else(string mapping, string? current, string expected)
    {
        var whole = mapping
            .Replace("@u", """{"author":{"role":"user"},"content":{"content_type":"text","parts":["u"]}}""", StringComparison.Ordinal)
            .Replace("@a", """{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["a"]}}""", StringComparison.Ordinal);
        var node = current is null ? "[]" : $"\"{current}\"";

        var session = await ReadOneAsync("chatgpt", Utf8($$"""[{"title":["t"],"id":5,"create_time":"x","current_node":{{node}},"mapping":{{whole}}}]"""));

        Assert.Equal(expected, string.Join('|', Outline(session)));
        Assert.StartsWith("sha256:", session.ExternalId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1770000000", "2026-02-02T02:40:00.000Z")]
    [InlineData("1770000000.9996", "2026-02-02T02:40:01.000Z")]
    [InlineData("1e999", null)]
    [InlineData("-1e999", null)]
    [InlineData("1e300", null)]
    [InlineData("253402300799", null)]
    [InlineData("1770000000000000", null)]
    [InlineData("-1", null)]
    [InlineData("\"NaN\"", null)]
    [InlineData("{}", null)]
    public async Task Times_that_are_none_are_left_out(string time, string? expected)
    {
        var session = await ReadOneAsync("chatgpt", Utf8(
            """[{"create_time":@,"update_time":@,"mapping":{"a":{"message":{"author":{"role":"user"},"create_time":@,"content":{"parts":["u"]}}}}}]""".Replace("@", time, StringComparison.Ordinal)));

        Assert.Equal(expected, session.CreatedAt?.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(session.CreatedAt, session.Messages[0].CreatedAt);
    }

    [Fact]
    public async Task A_broken_conversation_in_the_middle_is_an_error_of_its_own()
    {
        var one = """{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["@"]}}}}}""";
        var file = Utf8($"[{one},\n{one[..^1]} ,\n\"x\":nul}},\n5,\n{{\"a\":1,\"a\":2}},\n{{\"chat\":1}},\n{one}]");

        var records = await ReadAsync("chatgpt", file, "conversations.json");

        Assert.Equal(2, records.Count(record => record.Session is not null));
        var errors = records.Where(record => record.Error is not null).Select(record => record.Error!).ToList();
        Assert.Equal([(2, "/1"), (4, "/2"), (5, "/3"), (6, null)], errors.Select(error => (error.Line, error.Path)));
        Assert.StartsWith("This is not valid JSON (line 3, byte 8)", errors[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("A conversation is a JSON object", errors[1].Message, StringComparison.Ordinal);
        Assert.StartsWith("This is not valid JSON: Duplicate property 'a'", errors[2].Message, StringComparison.Ordinal);
        Assert.StartsWith("This is no conversation: it has no mapping", errors[3].Message, StringComparison.Ordinal);
        Assert.All(records.Where(record => record.Error is not null), record => Assert.Equal("conversations.json", record.Error!.File));
    }

    /// <summary>Files of other projects: id, prompts and turns with an answer, as read by hand.</summary>
    [Theory]
    [InlineData("bot-knows-export.json", "abc123-def456: which italian singer is singing United Europe / What's the difference between asyncio.gather and asyncio.wait? = 2|xyz789-uvw012: translate the serbian lyric moja zubarka in english = 1")]
    [InlineData("byegpt-sample_conversations.json", "conv-001: What is Python? / Look at this image: = 2|conv-003: Hello! = 0|! A conversation without a prompt or an answer was passed over.")]
    [InlineData("context-carry-conversations.json", "conv-chatgpt-1: What is TypeScript? = 1|conv-chatgpt-2: Explain MQTT protocol = 1")]
    [InlineData("extractor-conversations.json", "Linear chat: Hello = 1|Regenerated answer: Give me an answer = 1|Attachment chat: Inspect this repository. = 1|Broken chat:  = 0|Cycle chat: A = 1|Кириллица и 日本語: Привет, мир! 👋 = 1|Unknown content: Show a widget = 1|Technical nodes: Visible user = 1")]
    [InlineData("hstry-conversations.json", "test-chatgpt-conv-1: Hello ChatGPT! = 1")]
    [InlineData("mitkury-branch.json", "conv-123: Hello! Can you help me with a programming question? / How do I write a function in JavaScript? = 2")]
    [InlineData("polylogue-native-conversation.json", "chatgpt-fixture-conversation: Analyze the attached fixture and create an artifact. = 1")]
    public async Task Real_exports_give_their_prompts(string file, string expected)
    {
        var content = Shared("chatgpt/" + file);

        Assert.Equal("chatgpt", Detect(content, file).Reader?.Format);
        Assert.Equal(expected, string.Join('|', (await ReadAsync("chatgpt", content)).Select(PromptsAndPairs)));
    }

    [Theory]
    [InlineData("context-carry-conversations.json", 1, "MQTT is a lightweight messaging protocol designed for IoT devices.")]
    [InlineData("extractor-conversations.json", 1, "NEW ACTIVE ANSWER")]
    [InlineData("extractor-conversations.json", 7, "Visible assistant")]
    [InlineData("polylogue-native-conversation.json", 0, "Final answer. [Download artifact](sandbox:/mnt/data/fixture-result.zip)")]
    public async Task Real_exports_give_the_answers_of_the_active_branch(string file, int index, string answer)
    {
        var session = (await ReadAsync("chatgpt", Shared("chatgpt/" + file)))[index].Session!;

        Assert.Equal(answer, Turns.Of(session.Messages).Last().Output);
    }
}
