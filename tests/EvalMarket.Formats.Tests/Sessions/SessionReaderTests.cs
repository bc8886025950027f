using System.Buffers;
using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Tests.Sessions;

public sealed class SessionReaderTests
{
    [Fact]
    public void Reads_every_field_of_a_session()
    {
        var session = Good(
            """
            {"external_id":"s-1","title":"Fix login","source":"my-tool","author":"Ada","project":"shop","model":"m1","provider":"anthropic",
             "prompt_tokens":3000,"completion_tokens":1521,"cost":0.08,"duration_ms":1200,"created_at":"2026-01-02T03:04:05.678+01:00","updated_at":"2026-01-02T03:04:05Z",
             "eval_ready":true,"eval_status":"golden","eval_notes":"n","eval_tags":["b","a","b"],"expected_output":"x","reviewed_at":"2026-01-03T00:00:00Z","reviewed_by":"Bo",
             "messages":[
               {"external_id":"m-1","role":"user","content":"Hi","comments":["bare",{"text":"full","author":"Bo","created_at":"2026-01-02T03:04:05Z"}],
                "tags":["t1",{"name":"t2","system":true}],"summary":"s","participant_data":{"plan":"pro"},"session_state":{"step":2}},
               {"role":"assistant","parts":[{"type":"tool_call","call_id":"c1","name":"read","input":{"path":"a.ts"}},{"type":"reasoning","text":"hm"}],"model":"m1","tokens":7},
               {"role":"tool","content":"ok","parts":[{"type":"tool_result","call_id":"c1","text":"ok","is_error":false},{"type":"image","mime_type":"image/png","data":"AA==","url":"u"}]}]}
            """);

        Assert.Equal("s-1", session.ExternalId);
        Assert.Equal((3000, 1521, 0.08m, 1200), (session.PromptTokens!.Value, session.CompletionTokens!.Value, session.Cost!.Value, session.DurationMs!.Value));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 2, 4, 5, 678, TimeSpan.Zero), session.CreatedAt);
        Assert.Equal(EvalStatus.Golden, session.Labels!.Status);
        Assert.Equal(["b", "a"], session.Labels.Tags);
        Assert.Equal([new MessageComment("bare"), new MessageComment("full", "Bo", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))], session.Messages[0].Comments);
        Assert.Equal([new MessageTag("t1"), new MessageTag("t2", true)], session.Messages[0].Tags);
        Assert.Equal("pro", session.Messages[0].ParticipantData!.Value.GetProperty("plan").GetString());
        Assert.Equal("a.ts", session.Messages[1].Parts[0].Input!.Value.GetProperty("path").GetString());
        Assert.Equal("AA==", session.Messages[2].Parts[1].Data);
    }

    [Fact]
    public void Reports_every_error_at_once_with_its_place()
    {
        var reading = Assert.Single(SessionReader.ReadRequest(Utf8(
            """
            {"sessions":[
              {"messages":[{"role":"user","content":"fine"}]},
              {"external_id":"","title":7,"prompt_tokens":-1,"cost":"1","created_at":"2026-01-02T03:04:05","eval_status":"good","eval_tags":["a",null,""],
               "a/b~":1,"metadata":[],
               "messages":[{"role":"User","content":"x"},{"content":5},7,{"role":"tool"},
                 {"role":"user","content":"x","tags":[{"system":true}],"comments":[{"author":"a"}],"parts":[{"type":"video"}],"session_state":"s","surprise":1}]}]}
            """)).Sessions, reading => reading.Errors.Count > 0);

        Assert.Null(reading.Session);
        Assert.Equal(
            [
                "/sessions/1/external_id", "/sessions/1/title", "/sessions/1/prompt_tokens", "/sessions/1/cost", "/sessions/1/created_at", "/sessions/1/eval_status",
                "/sessions/1/eval_tags/1", "/sessions/1/eval_tags/2", "/sessions/1/a~1b~0", "/sessions/1/metadata",
                "/sessions/1/messages/0/role", "/sessions/1/messages/1/content", "/sessions/1/messages/1/role", "/sessions/1/messages/2", "/sessions/1/messages/3/content",
                "/sessions/1/messages/4/tags/0/name", "/sessions/1/messages/4/comments/0/text", "/sessions/1/messages/4/parts/0/type",
                "/sessions/1/messages/4/session_state", "/sessions/1/messages/4/surprise",
            ],
            reading.Errors.Select(error => error.Path));
    }

    [Theory]
    [InlineData("""{"title":"x"}""", "/messages")]
    [InlineData("""{"messages":[]}""", "/messages")]
    [InlineData("""{"messages":{}}""", "/messages")]
    [InlineData("[]", "")]
    [InlineData("""{"sessions":[]}""", "/sessions")]
    [InlineData("""{"sessions":[{"messages":[{"role":"user","content":"x"}]}],"extra":1}""", "/extra")]
    [InlineData("""{"title":"a","title":"b","messages":[{"role":"user","content":"x"}]}""", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}""", null)]
    [InlineData("", null)]
    public void Refuses_what_is_no_session(string json, string? path)
    {
        var errors = SessionReader.ReadRequest(Utf8(json)).Sessions.SelectMany(reading => reading.Errors).ToList();

        Assert.Contains(errors, error => error.Path == path);
    }

    [Fact]
    public void Refuses_more_than_64_levels_and_names_that_are_too_long_or_hold_control_characters()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 70)) + string.Concat(Enumerable.Repeat("]", 70));
        Assert.NotEmpty(Errors($$"""{"metadata":{"x":{{deep}}},"messages":[{"role":"user","content":"x"}]}"""));
        var errors = Errors($$"""
            {"external_id":"{{new string('x', 201)}}","title":"{{new string('t', 501)}}","model":"{{new string('m', 201)}}","eval_tags":["a\u0007"],
             "messages":[{"role":"user","content":"x","external_id":"a\nb","tags":[{{string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"t{i}\""))}}]}]}
            """);

        Assert.Equal(["/external_id", "/title", "/model", "/eval_tags/0", "/messages/0/external_id", "/messages/0/tags"], errors.Select(error => error.Path));
    }

    [Fact]
    public void Keeps_unknown_properties_of_a_file_as_metadata()
    {
        var json = """{"branch":"main","metadata":{"branch":"dev","a":1},"stars":[1],"messages":[{"role":"user","content":"x","mood":"odd"}]}""";

        var session = Assert.Single(SessionReader.Read(Utf8(json), UnknownProperties.Keep).Sessions).Session!;

        Assert.Equal("""{"branch":"dev","a":1,"stars":[1]}""", session.Metadata!.Value.GetRawText());
        Assert.Equal(["/branch", "/stars", "/messages/0/mood"], Errors(json).Select(error => error.Path));
    }

    [Fact]
    public void Replaces_what_is_no_text_and_counts_it()
    {
        byte[] json = [.. Utf8("""{"title":"a\u0000b\ud800","messages":[{"role":"user","content":"\\u0000 \ud83d\ude00 """).Span, 0xff, .. Utf8("\"}]}").Span];

        var document = SessionReader.ReadRequest(json);

        var session = Assert.Single(document.Sessions).Session!;
        Assert.Equal("a\ufffdb\ufffd", session.Title);
        Assert.Equal("\\u0000 😀 \ufffd", session.Messages[0].Content);
        Assert.Equal(3, document.ReplacedCharacters);
    }

    [Fact]
    public void What_the_api_answers_can_be_sent_back()
    {
        var session = SessionSamples.Full;
        var stamp = new SessionStamp(TypeId.New<SessionId>(session.CreatedAt!.Value), session.Messages.Count);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            SessionWriter.Write(writer, session, stamp);
        }

        var read = Assert.Single(SessionReader.ReadRequest(buffer.WrittenMemory).Sessions);

        Assert.Empty(read.Errors);
        SessionSamples.AssertEqual(SessionSamples.WithoutIds(session), read.Session!);
    }

    [Fact]
    public void An_answer_has_every_key_and_a_list_item_all_but_the_messages()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions))
        {
            SessionWriter.WriteListItem(writer, new Session { Title = "Ü 😀" }, new SessionStamp(SessionId.FromTrusted("ses_00000000000000000000000000"), 3));
        }

        Assert.Equal(
            """{"id":"ses_00000000000000000000000000","external_id":null,"title":"Ü 😀","source":null,"author":null,"project":null,"model":null,"provider":null,"prompt_tokens":null,"completion_tokens":null,"cost":null,"duration_ms":null,"message_count":3,"created_at":null,"updated_at":null,"eval_ready":false,"eval_status":null,"eval_notes":null,"eval_tags":[],"expected_output":null,"reviewed_at":null,"reviewed_by":null,"metadata":null}""",
            Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [Theory]
    [InlineData("2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000Z")]
    [InlineData("2026-01-31t09:30:00.123456789z", "2026-01-31T09:30:00.123Z")]
    [InlineData("2026-01-31 09:30:00.1-05:30", "2026-01-31T15:00:00.100Z")]
    [InlineData("2026-01-31T09:30:00", null)]
    [InlineData("2026-02-30T09:30:00Z", null)]
    [InlineData("2026-01-31T24:00:00Z", null)]
    [InlineData("2026-01-31", null)]
    [InlineData("0001-01-01T00:00:00+05:00", null)]
    [InlineData("2026-01-31T09:30:00.Z", null)]
    public void Times_are_rfc_3339_with_an_offset(string text, string? utc) =>
        Assert.Equal(utc, Rfc3339.TryParse(text, out var time) ? Rfc3339.Format(time) : null);

    private static Session Good(string json)
    {
        var reading = Assert.Single(SessionReader.ReadRequest(Utf8(json)).Sessions);
        Assert.Empty(reading.Errors);
        return reading.Session!;
    }

    private static IReadOnlyList<ContentError> Errors(string json) => Assert.Single(SessionReader.ReadRequest(Utf8(json)).Sessions).Errors;

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
