using System.Globalization;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Uploads;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class OpenCodeReaderTests
{
    private const string Session = """{"id":"ses_1","version":"1.2.3","projectID":"p1","directory":"/home/ada/bookshop","title":"Coupons","time":{"created":1772000000000,"updated":1772000009000}}""";
    private const string Child = """{"id":"ses_2","parentID":"ses_1","projectID":"p1","directory":"/home/ada/bookshop","title":"Child session - 2026-02-25T06:13:21.000Z","time":{"created":1772000003000,"updated":1772000004000}}""";

    /// <summary>A storage of two sessions, its files in no order.</summary>
    private static readonly (string Path, string Content)[] Storage =
    [
        ("part/msg_2/prt_4.json", """{"id":"prt_4","messageID":"msg_2","type":"tool","callID":"c2","tool":"read","state":{"status":"error","input":{"path":"b.ts"},"error":"No such file","time":{"start":1772000002500,"end":1772000002600}}}"""),
        ("part/msg_2/prt_1.json", """{"id":"prt_1","messageID":"msg_2","type":"step-start"}"""),
        ("part/msg_2/prt_5.json", """{"id":"prt_5","messageID":"msg_2","type":"tool","callID":"c3","tool":"bash","state":{"status":"pending","input":{}}}"""),
        ("part/msg_2/prt_2.json", """{"id":"prt_2","messageID":"msg_2","type":"text","text":"I will look."}"""),
        ("part/msg_2/prt_3.json", """{"id":"prt_3","messageID":"msg_2","type":"tool","callID":"c1","tool":"read","state":{"status":"completed","input":{"path":"a.ts"},"output":"total()","time":{"start":1772000002000,"end":1772000002400}}}"""),
        ("part/msg_2/prt_6.json", """{"id":"prt_6","messageID":"msg_2","type":"step-finish","reason":"tool-calls","cost":0.01,"tokens":{"input":10,"output":5,"reasoning":2,"cache":{"read":100,"write":20}}}"""),
        ("part/msg_3/prt_1.json", """{"id":"prt_1","messageID":"msg_3","type":"reasoning","text":"Once is enough."}"""),
        ("part/msg_3/prt_2.json", """{"id":"prt_2","messageID":"msg_3","type":"text","text":"Fixed in a.ts."}"""),
        ("part/msg_1/prt_1.json", """{"id":"prt_1","messageID":"msg_1","type":"text","text":"The total is wrong."}"""),
        ("part/msg_1/prt_2.json", """{"id":"prt_2","messageID":"msg_1","type":"text","text":"Called the Read tool","synthetic":true}"""),
        ("part/msg_1/prt_3.json", """{"id":"prt_3","messageID":"msg_1","type":"text","text":"not for the model","ignored":true}"""),
        ("part/msg_1/prt_4.json", """{"id":"prt_4","messageID":"msg_1","type":"file","mime":"image/png","filename":"cart.png","url":"data:image/png;base64,iVBORw0KGgo="}"""),
        ("part/msg_8/prt_1.json", """{"id":"prt_1","messageID":"msg_8","type":"text","text":"List the callers."}"""),
        ("part/msg_9/prt_1.json", """{"id":"prt_1","messageID":"msg_9","type":"text","text":"cart.ts"}"""),
        ("message/ses_2/msg_9.json", """{"id":"msg_9","sessionID":"ses_2","role":"assistant","time":{"created":1772000003500},"modelID":"small","providerID":"anthropic","tokens":{"input":1,"output":1,"reasoning":0,"cache":{"read":0,"write":0}},"cost":0.5}"""),
        ("message/ses_2/msg_8.json", """{"id":"msg_8","sessionID":"ses_2","role":"user","time":{"created":1772000003100}}"""),
        ("message/ses_1/msg_3.json", """{"id":"msg_3","sessionID":"ses_1","role":"assistant","time":{"created":1772000005000,"completed":1772000006000},"modelID":"sonnet","providerID":"anthropic","tokens":{"input":7,"output":3,"reasoning":1,"cache":{"read":0,"write":0}},"cost":0.02}"""),
        ("message/ses_1/msg_2.json", """{"id":"msg_2","sessionID":"ses_1","role":"assistant","time":{"created":1772000001500},"modelID":"sonnet","providerID":"anthropic","tokens":{"input":10,"output":5,"reasoning":2,"cache":{"read":100,"write":20}},"cost":0.01}"""),
        ("message/ses_1/msg_1.json", """{"id":"msg_1","sessionID":"ses_1","role":"user","time":{"created":1772000001000}}"""),
        ("session/p1/ses_2.json", Child),
        ("session/p1/ses_1.json", Session),
        ("session_diff/ses_1.json", "[]"),
        ("todo/ses_1.json", "[]"),
    ];

    [Fact]
    public async Task Reads_a_storage_folder_as_one_source_whatever_the_order_of_its_files()
    {
        var found = Assert.Single(await FindAsync(AsFolder(Storage)));
        var backwards = Assert.Single(await FindAsync([.. AsFolder(Storage).AsEnumerable().Reverse()]));

        Assert.Equal(("opencode/storage", Storage.Length, "opencode"), (found.Source.Name, found.Source.Files, found.Source.Reader!.Format));
        Assert.Equal(found.Sessions.Select(session => session.ExternalId), backwards.Sessions.Select(session => session.ExternalId));
        Assert.Equal(found.Sessions.SelectMany(Outline), backwards.Sessions.SelectMany(Outline));
        Assert.Empty(found.Errors);
        Assert.Equal(
            [
                "user: The total is wrong.", "assistant: I will look.", "tool: total()", "tool: No such file", "assistant: Fixed in a.ts.",
            ],
            Outline(found.Sessions[0]));
        Assert.Equal(("The total is wrong.", "Fixed in a.ts."), Turns.Of(found.Sessions[0].Messages).Select(turn => (turn.Input, turn.Output)).Single());
    }

    [Fact]
    public async Task Keeps_calls_results_reasoning_and_images_as_parts()
    {
        var session = (await FindAsync(AsFolder(Storage)))[0].Sessions[0];

        Assert.Equal(("image/png", "iVBORw0KGgo=", "cart.png"), (session.Messages[0].Parts[0].MimeType, session.Messages[0].Parts[0].Data, session.Messages[0].Parts[0].Name));
        Assert.Equal(["c1", "c2", "c3"], session.Messages[1].Parts.Select(part => part.CallId));
        Assert.Equal("a.ts", session.Messages[1].Parts[0].Input!.Value.GetProperty("path").GetString());
        Assert.Equal([("c1", null), ("c2", true)], session.Messages.Where(message => message.Role == MessageRole.Tool).Select(message => (message.Parts[0].CallId, message.Parts[0].IsError)));
        Assert.Equal("Once is enough.", session.Messages[4].Parts[0].Text);
        Assert.Equal(["msg_1", "msg_2", "msg_2#2", "msg_2#3", "msg_3"], session.Messages.Select(message => message.ExternalId));
    }

    [Fact]
    public async Task Says_where_a_session_comes_from_and_counts_its_usage_once()
    {
        var session = (await FindAsync(AsFolder(Storage)))[0].Sessions[0];

        Assert.Equal(("ses_1", "Coupons", "opencode", "bookshop", "sonnet", "anthropic"), (session.ExternalId, session.Title, session.Source, session.Project, session.Model, session.Provider));
        Assert.Equal((10 + 100 + 20 + 7, 5 + 2 + 3 + 1, 0.03m), (session.PromptTokens, session.CompletionTokens, session.Cost));
        Assert.Equal([null, 7L, null, null, 4L], session.Messages.Select(message => message.Tokens));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1772000000000), session.CreatedAt);
        Assert.Equal(5000, session.DurationMs);
        Assert.Equal("/home/ada/bookshop", session.Metadata!.Value.GetProperty("cwd").GetString());
        Assert.False(session.Metadata.Value.TryGetProperty("parent_session_id", out _));
    }

    [Fact]
    public async Task A_child_session_names_its_parent_and_has_no_turns()
    {
        var child = (await FindAsync(AsFolder(Storage)))[0].Sessions[1];

        Assert.Equal(["system: List the callers.", "assistant: cart.ts"], Outline(child));
        Assert.Equal(("ses_2", "List the callers.", 1L, 0.5m), (child.ExternalId, child.Title, child.PromptTokens, child.Cost));
        Assert.Equal("ses_1", child.Metadata!.Value.GetProperty("parent_session_id").GetString());
        Assert.Empty(Turns.Of(child.Messages));
    }

    [Theory]
    [InlineData("")]
    [InlineData("share/opencode/storage/")]
    public async Task Reads_the_same_from_a_zip_archive(string prefix)
    {
        var zip = Zip([.. Storage.Select(file => (prefix + file.Path, file.Content))]);

        var found = Assert.Single(await FindAsync([File("opencode.zip", zip)]));

        Assert.Equal(["ses_1", "ses_2"], found.Sessions.Select(session => session.ExternalId));
        Assert.Equal(5, found.Sessions[0].Messages.Count);
    }

    [Fact]
    public async Task Reads_the_older_layout_of_a_folder_a_project()
    {
        var found = Assert.Single(await FindAsync(AsFolder(
            [
                .. Storage.Where(file => file.Path.StartsWith("message/", StringComparison.Ordinal)).Select(file => ("session/" + file.Path, file.Content)),
                .. Storage.Where(file => file.Path.StartsWith("part/", StringComparison.Ordinal))
                    .Select(file => ($"session/part/{(file.Path.Contains("msg_8", StringComparison.Ordinal) || file.Path.Contains("msg_9", StringComparison.Ordinal) ? "ses_2" : "ses_1")}/{file.Path[5..]}", file.Content)),
                ("session/info/ses_1.json", Session), ("session/info/ses_2.json", Child),
            ],
            "opencode/project/bookshop/storage/")));

        Assert.Equal(["ses_1", "ses_2"], found.Sessions.Select(session => session.ExternalId));
        Assert.Equal(5, found.Sessions[0].Messages.Count);
    }

    [Fact]
    public async Task A_session_without_its_own_file_is_read_by_its_folder()
    {
        var found = Assert.Single(await FindAsync(AsFolder([.. Storage.Where(file => !file.Path.StartsWith("session/", StringComparison.Ordinal))])));

        Assert.Equal([("ses_1", "The total is wrong."), ("ses_2", "List the callers.")], found.Sessions.Select(session => (session.ExternalId, session.Title)));
    }

    [Fact]
    public async Task Messages_without_parts_are_refused_because_the_text_is_missing()
    {
        var found = Assert.Single(await FindAsync(AsFolder([.. Storage.Where(file => !file.Path.StartsWith("part/", StringComparison.Ordinal))])));

        Assert.Null(found.Source.Reader);
        Assert.Contains("storage/part", Assert.Single(found.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_an_error_and_the_others_are_read()
    {
        var found = Assert.Single(await FindAsync(AsFolder(
            [.. Storage.Where(file => file.Path != "part/msg_2/prt_3.json"), ("part/msg_2/prt_3.json", "{\"id\":\"prt_3\",\"type\":\"to")])));

        Assert.Equal(2, found.Sessions.Count);
        Assert.Equal("opencode/storage/part/msg_2/prt_3.json", Assert.Single(found.Errors).File);
        Assert.DoesNotContain("tool: total()", Outline(found.Sessions[0]));
    }

    [Fact]
    public async Task A_session_that_would_not_fit_in_memory_is_an_error_and_the_others_are_read()
    {
        var found = Assert.Single(await FindAsync(AsFolder(Storage), bounds: new UploadBounds { MaxSessionBytes = 700 }));

        Assert.Equal("ses_2", Assert.Single(found.Sessions).ExternalId);
        Assert.Contains("larger than", Assert.Single(found.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_reverted_or_compacted_is_left_out_and_counted()
    {
        var reverted = Session.Replace("\"version\"", "\"revert\":{\"messageID\":\"msg_3\"},\"version\"", StringComparison.Ordinal);
        var session = (await FindAsync(AsFolder([.. Storage.Where(file => file.Path != "session/p1/ses_1.json"), ("session/p1/ses_1.json", reverted)])))[0].Sessions[0];
        Assert.Equal("tool: No such file", Outline(session)[^1]);
        Assert.Equal(0.03m, session.Cost);

        var summed = (await FindAsync(AsFolder([.. Storage.Select(file => (file.Path, file.Path == "message/ses_1/msg_3.json" ? file.Content.Replace("\"role\"", "\"summary\":true,\"role\"", StringComparison.Ordinal) : file.Content))])))[0].Sessions[0];
        Assert.Equal("tool: No such file", Outline(summed)[^1]);
        Assert.Equal(0.03m, summed.Cost);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reads_what_opencode_export_writes(bool isIndented)
    {
        var export = Export(isIndented);

        Assert.Equal("opencode", Detect(Utf8(export), "session.json").Reader?.Format);
        var session = await ReadOneAsync("opencode", Utf8(export));

        Assert.Equal(["user: The total is wrong.", "assistant: I will look.", "tool: total()", "tool: No such file", "assistant: Fixed in a.ts."], Outline(session));
        Assert.Equal(("ses_1", 137L, 0.03m), (session.ExternalId, session.PromptTokens, session.Cost));
    }

    [Fact]
    public async Task Reads_an_event_stream_by_its_last_words()
    {
        string[] events =
        [
            Event("session.created", "{\"info\":" + Session.Replace("Coupons", "New session - 2026-02-25T06:13:20.000Z", StringComparison.Ordinal) + "}"),
            Event("message.updated", """{"info":{"id":"m1","sessionID":"ses_1","role":"user","time":{"created":1772000001000}}}"""),
            Event("message.part.updated", """{"part":{"id":"p1","sessionID":"ses_1","messageID":"m1","type":"text","text":"Hello?"}}"""),
            Event("message.updated", """{"info":{"id":"m2","sessionID":"ses_1","role":"assistant","time":{"created":1772000002000},"modelID":"sonnet","providerID":"anthropic","cost":0}}"""),
            Event("message.part.updated", """{"part":{"id":"p2","sessionID":"ses_1","messageID":"m2","type":"text","text":""}}"""),
            Event("message.part.delta", """{"sessionID":"ses_1","messageID":"m2","partID":"p2","field":"text","delta":"Yes"}"""),
            "not json",
            Event("message.part.updated", """{"part":{"id":"p2","sessionID":"ses_1","messageID":"m2","type":"text","text":"Yes."}}"""),
            Event("message.updated", """{"info":{"id":"m2","sessionID":"ses_1","role":"assistant","time":{"created":1772000002000},"modelID":"sonnet","providerID":"anthropic","cost":0.1,"tokens":{"input":3,"output":2}}}"""),
        ];
        var stream = Utf8(string.Join('\n', events));

        Assert.Equal("opencode", Detect(stream).Reader?.Format);
        var records = await ReadAsync("opencode", stream);

        Assert.Equal(7, Assert.Single(records, record => record.Error is not null).Error!.Line);
        var session = Assert.Single(records, record => record.Session is not null).Session!;
        Assert.Equal(["user: Hello?", "assistant: Yes."], Outline(session));
        Assert.Equal(("Hello?", 3L, 0.1m), (session.Title, session.PromptTokens, session.Cost));

        static string Event(string type, string properties) => "{\"directory\":\"/tmp\",\"payload\":{\"type\":\"" + type + "\",\"properties\":" + properties + "}}";
    }

    [Theory]
    [InlineData("""{"type":"step_start","timestamp":1,"sessionID":"ses_1","part":{"id":"p","type":"step-start"}}""", "does not hold the prompts")]
    [InlineData("""{"id":"prt_1","messageID":"msg_1","type":"text","text":"x"}""", "a part of a message")]
    [InlineData("""{"id":"msg_1","sessionID":"ses_1","role":"user","time":{"created":1}}""", "a message without its text")]
    [InlineData(Session, "a session without its messages")]
    public void Files_that_say_too_little_alone_are_refused_with_the_way_out(string content, string reason)
    {
        var detection = Detect(Utf8(content));

        Assert.Null(detection.Reader);
        Assert.Contains(reason, detection.Reason, StringComparison.Ordinal);
        Assert.Contains("storage folder", detection.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("opencode/agent-sessions-storage_v2", "s_stage0_large|OpenCode Large|1 pairs|120/16|user: Step 1; assistant: ; tool: ls: /non-existent-directory: No such file or directory\n; assistant: ; user: Step 2; assistant: Ok")]
    [InlineData("opencode/hstry-legacy-project", "ses_test001|Test OpenCode Session|1 pairs|50/100|user: Hello OpenCode!; assistant: Hello! I'm your OpenCode assistant. How can I help you with your code today?")]
    public async Task Real_folders(string path, string first)
    {
        var found = Assert.Single(await FindAsync(Folder(Path.Combine(SharedFolder, path))));

        var session = found.Sessions[0];
        Assert.Equal(first, string.Create(CultureInfo.InvariantCulture, $"{session.ExternalId}|{session.Title}|{Turns.CountPairs(session.Messages)} pairs|{session.PromptTokens}/{session.CompletionTokens}|{string.Join("; ", Outline(session))}"));
        Assert.Empty(found.Errors);
    }

    private static List<UploadedFile> AsFolder((string Path, string Content)[] files, string prefix = "opencode/storage/") => [.. files.Select(file => File(prefix + file.Path, file.Content))];

    private static string Export(bool isIndented)
    {
        var messages = Storage.Where(file => file.Path.StartsWith("message/ses_1/", StringComparison.Ordinal)).OrderBy(file => file.Path, StringComparer.Ordinal).Select(file =>
        {
            var parts = Storage.Where(part => part.Path.StartsWith("part/" + Path.GetFileNameWithoutExtension(file.Path), StringComparison.Ordinal)).OrderBy(part => part.Path, StringComparer.Ordinal);
            return $$"""{"info":{{file.Content}},"parts":[{{string.Join(',', parts.Select(part => part.Content))}}]}""";
        });
        var export = $$"""{"info":{{Session}},"messages":[{{string.Join(',', messages)}}]}""";
        return isIndented ? System.Text.Json.Nodes.JsonNode.Parse(export)!.ToString() : export;
    }
}
