using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Tests.Sessions;

public sealed class SessionExporterTests
{
    private static readonly Session Login = new()
    {
        Title = "Fix the login redirect bug",
        Model = "claude-sonnet-4-20250514",
        PromptTokens = 3000,
        CompletionTokens = 1521,
        Cost = 0.0812m,
        Labels = new EvalLabels { EvalReady = true, Status = EvalStatus.Golden, Tags = ["debugging", "auth"], ExpectedOutput = "Move the check." },
        Messages =
        [
            Say.System("You are careful."),
            Say.User("I'm seeing a redirect loop when I try to log in..."),
            Say.Assistant("Looking."),
            Say.Tool("AuthProvider.tsx"),
            Say.Assistant("The issue is in your AuthProvider component..."),
            Say.User("Und mit \"Ümläuten\" 😀?"),
            Say.Assistant("Ja.\nZwei Zeilen <b>"),
            Say.User("Thanks"),
        ],
    };

    [Fact]
    public async Task Text_is_the_shape_that_the_seed_shows()
    {
        var session = Login with { Messages = [Login.Messages[1], Login.Messages[3], Login.Messages[4]] };

        Assert.Equal(
            """
            ## Session: Fix the login redirect bug

            **User:** I'm seeing a redirect loop when I try to log in...

            **Assistant:** The issue is in your AuthProvider component...

            ---
            Tokens: 4,521 | Cost: $0.08 | Model: claude-sonnet-4-20250514
            Status: golden | Tags: debugging, auth

            """.ReplaceLineEndings("\n"),
            await ExportAsync("text", session));
    }

    [Fact]
    public async Task Text_leaves_out_footer_parts_and_lines_without_a_value_and_parts_sessions_by_a_blank_line()
    {
        var bare = new Session { Messages = [Say.User("Hi\r\nthere\n"), Say.System("s"), Say.Assistant("")] };
        var tagged = new Session { Title = "Two\nlines", Cost = 1234.5m, Labels = new EvalLabels { Tags = ["a"] } };

        Assert.Equal(
            "## Session: Untitled\n\n**User:** Hi\nthere\n\n---\n\n## Session: Two lines\n\n---\nCost: $1,234.50\nTags: a\n",
            await ExportAsync("text", bare, tagged));
    }

    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("0.004", "$0.004")]
    [InlineData("0.00012", "$0.0001")]
    [InlineData("0.00002", "$0.00002")]
    [InlineData("0.0000072", "$0.000007")]
    [InlineData("0.0099", "$0.0099")]
    [InlineData("0.01", "$0.01")]
    [InlineData("0.085", "$0.09")]
    [InlineData("12.3", "$12.30")]
    public async Task Text_never_shows_a_cost_under_a_cent_as_nothing(string cost, string shown)
    {
        var text = await ExportAsync("text", new Session { Title = "t", Cost = decimal.Parse(cost) });

        Assert.Equal($"## Session: t\n\n---\nCost: {shown}\n", text);
    }

    [Fact]
    public async Task DeepEval_has_one_object_a_turn_with_exactly_the_five_keys()
    {
        Assert.Equal(
            """
            [
            {"input":"I'm seeing a redirect loop when I try to log in...","actual_output":"The issue is in your AuthProvider component...","expected_output":null,"context":["You are careful."],"retrieval_context":[]},
            {"input":"Und mit \"Ümläuten\" 😀?","actual_output":"Ja.\nZwei Zeilen <b>","expected_output":"Move the check.","context":["You are careful.","I'm seeing a redirect loop when I try to log in...","Looking.","AuthProvider.tsx","The issue is in your AuthProvider component..."],"retrieval_context":[]}
            ]

            """.ReplaceLineEndings("\n"),
            await ExportAsync("deepeval", Login));
    }

    [Fact]
    public async Task OpenAi_has_one_line_a_session_with_every_message()
    {
        var text = await ExportAsync("openai", Login with { Messages = [.. Login.Messages.Take(4)] }, new Session());

        Assert.Equal(
            """
            {"messages":[{"role":"system","content":"You are careful."},{"role":"user","content":"I'm seeing a redirect loop when I try to log in..."},{"role":"assistant","content":"Looking."},{"role":"tool","content":"AuthProvider.tsx"}]}
            {"messages":[]}

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Theory]
    [InlineData("deepeval", "[]")]
    [InlineData("openai", "")]
    [InlineData("text", "")]
    public async Task Nothing_to_export_gives_an_empty_valid_file(string format, string expected) =>
        Assert.Equal(expected, await ExportAsync(format));

    [Fact]
    public async Task Every_control_character_and_lone_surrogate_leaves_valid_json()
    {
        var hostile = string.Concat(Enumerable.Range(0, 0x80).Select(code => (char)code)) + "\u2028\ud800x\udc00";
        var session = new Session { Messages = [Say.User(hostile), Say.Assistant("ok")] };

        using var document = JsonDocument.Parse(await ExportAsync("deepeval", session));

        Assert.Equal(hostile.Replace('\ud800', '\ufffd').Replace('\udc00', '\ufffd'), document.RootElement[0].GetProperty("input").GetString());
    }

    [Fact]
    public async Task A_message_longer_than_any_buffer_arrives_whole()
    {
        var text = string.Concat(Enumerable.Repeat("a😀\"ü", 100_000));
        var session = new Session { Messages = [Say.User("first"), Say.Assistant(text), Say.User("second"), Say.Assistant("b")] };

        using var document = JsonDocument.Parse(await ExportAsync("deepeval", session));

        Assert.Equal(text, document.RootElement[0].GetProperty("actual_output").GetString());
        Assert.Equal(text, document.RootElement[1].GetProperty("context")[1].GetString());
    }

    [Theory]
    [InlineData("deepeval")]
    [InlineData("openai")]
    [InlineData("text")]
    public async Task Stops_when_the_reader_goes_away_and_waits_for_a_slow_one(string format)
    {
        var given = 0;
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 128 * 1024, resumeWriterThreshold: 64 * 1024));
        var export = SessionExporters.Find(format)!.WriteAsync(EndlessSessions(), pipe.Writer, TestContext.Current.CancellationToken);

        // Nobody reads: the export comes to rest after what the pipe takes, instead of filling memory.
        var read = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(export.IsCompleted);
        pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Assert.InRange(given, 1, 100);
        await pipe.Reader.CompleteAsync();
        await export.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        async IAsyncEnumerable<Session> EndlessSessions()
        {
            while (true)
            {
                given++;
                yield return new Session { Messages = [Say.User(new string('q', 10_000)), Say.Assistant(new string('a', 10_000))] };
                await Task.Yield();
            }
        }
    }

    [Fact]
    public void Formats_are_found_by_their_wire_name()
    {
        Assert.Equal(["deepeval", "openai", "text"], SessionExporters.All.Select(exporter => exporter.Format));
        Assert.Null(SessionExporters.Find("csv"));
    }

    private static async Task<string> ExportAsync(string format, params Session[] sessions)
    {
        using var stream = new MemoryStream();
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        await SessionExporters.Find(format)!.WriteAsync(sessions.ToAsyncEnumerable(), writer, TestContext.Current.CancellationToken);
        await writer.CompleteAsync();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
