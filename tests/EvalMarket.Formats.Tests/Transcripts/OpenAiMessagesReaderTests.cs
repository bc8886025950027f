using EvalMarket.Formats.Sessions;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class OpenAiMessagesReaderTests
{
    [Fact]
    public async Task Reads_roles_parts_and_tool_calls_and_keeps_the_other_keys()
    {
        var records = await ReadAsync("openai-messages", Own("openai-messages/support.jsonl"));

        var session = records[0].Session!;
        Assert.Equal(("ticket-17", "gpt-4o-mini", 1), (session.ExternalId, session.Model, records[0].Line));
        Assert.Equal(
            ["system: You help customers of a bookshop.", "user: What is on this picture?\n\nAnd is it in stock?", "assistant: ", "tool: 4", "assistant: A cookbook; four are in stock."],
            Outline(session));
        Assert.Equal(("image/png", "iVBORw0KGgo="), (session.Messages[1].Parts[0].MimeType, session.Messages[1].Parts[0].Data));
        var call = Assert.Single(session.Messages[2].Parts);
        Assert.Equal(("call_1", "stock", "978-3"), (call.CallId, call.Name, call.Input!.Value.GetProperty("isbn").GetString()));
        Assert.Equal("call_1", session.Messages[3].Parts[0].CallId);
        Assert.Equal("""{"tools":[{"type":"function","function":{"name":"stock"}}],"rating":5}""", session.Metadata!.Value.GetRawText());
    }

    [Fact]
    public async Task Good_lines_land_and_bad_ones_are_listed_with_their_line()
    {
        var records = await ReadAsync("openai-messages", Own("openai-messages/support.jsonl"), "support.jsonl");

        Assert.Equal([1L, 5L], records.Where(record => record.Session is not null).Select(record => record.Line!.Value));
        Assert.Equal(
            [(2, null), (3, "/messages/0/role"), (6, "/messages")],
            records.Where(record => record.Error is not null).Select(record => ((int)record.Error!.Line!.Value, record.Error.Path)));
        Assert.All(records.Where(record => record.Error is not null), record => Assert.Equal("support.jsonl", record.Error!.File));
    }

    [Fact]
    public async Task The_same_messages_are_the_same_session_whatever_the_spacing()
    {
        var first = await ReadOneAsync("openai-messages", Utf8("""{"messages":[{"role":"user","content":"Größe"},{"role":"assistant","content":"b"}],"id":7}"""));
        var again = await ReadOneAsync("openai-messages", Utf8("""{ "tag":1, "messages": [ {"content":"Gr\u00f6\u00dfe", "role":"user"}, {"role":"assistant","content":"b"} ] }"""));
        var other = await ReadOneAsync("openai-messages", Utf8("""{"messages":[{"role":"user","content":"Größe"},{"role":"assistant","content":"c"}]}"""));

        Assert.Matches("^sha256:[0-9a-f]{64}$", first.ExternalId!);
        Assert.Equal(first.ExternalId, again.ExternalId);
        Assert.NotEqual(first.ExternalId, other.ExternalId);
        Assert.Equal(7, first.Metadata!.Value.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Reads_a_real_fine_tuning_file()
    {
        var records = await ReadAsync("openai-messages", Shared("messages-jsonl/openai-dotnet-fine_tuning_sample.jsonl"));

        Assert.Equal(10, records.Count(record => record.Session is not null));
        Assert.All(records, record => Assert.Equal(1, Turns.CountPairs(record.Session!.Messages)));
        Assert.Equal("How do I reset my password?", records[0].Session!.Title);
    }
}
