using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Tests.Sessions;
using EvalMarket.Formats.Uploads;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>
/// Broken uploads of every shape, through the finder of sources: reading them ends in time, throws nothing, and gives sessions or reasons. The seeds are fixed: a failure comes again.
/// <see cref="HostileInputTests"/> asks the same of the readers alone.
/// </summary>
public sealed class FuzzTests
{
    private const string Session = """{"id":"ses_1","projectID":"p","directory":"/w","title":"T","time":{"created":1772000000000}}""";
    private const string Asked = """{"id":"m1","sessionID":"ses_1","role":"user","time":{"created":1772000001000}}""";
    private const string AskedText = """{"id":"p1","messageID":"m1","sessionID":"ses_1","type":"text","text":"Why? \u00e9 \ud83d\ude00"}""";
    private const string Answered = """{"id":"m2","sessionID":"ses_1","role":"assistant","time":{"created":1772000002000},"modelID":"m","tokens":{"input":1,"output":2,"cache":{"read":3,"write":4}},"cost":0.5}""";
    private const string AnsweredTool = """{"id":"p2","messageID":"m2","sessionID":"ses_1","type":"tool","callID":"c","tool":"bash","state":{"status":"completed","input":{"a":[1]},"output":"ok","time":{"start":1,"end":2}}}""";
    private const string AnsweredText = """{"id":"p3","messageID":"m2","sessionID":"ses_1","type":"text","text":"Because."}""";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Documents that are no JSON, or JSON at its edges. In the spirit of JSONTestSuite, whose own files are asked too where they are.</summary>
    private static readonly string[] OddDocuments =
    [
        "", " ", "null", "true", "1", "\"x\"", "[]", "{}", "[null]", "{\"\":0}", "{\"a\":1,\"a\":2}", "{'a':1}", "{a:1}", "{\"a\":}", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":1}}", "[1,]", "[,1]", "[1 2]", "[", "]", "{", "}",
        "nul", "NaN", "[Infinity]", "[1e999]", "[-1e-999]", "[123456789012345678901234567890]", "[01]", "[+1]", "[.5]", "[1.]", "[0x1]", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"a\tb\"",
        "\"unclosed", "// comment\n{}", "/* c */ {}", "{} {}", "{}\u0000", "\uFEFF{}", "\uFEFF\uFEFF{}", "{\"type\":null}", "{\"type\":{}}", "{\"messages\":null}", "{\"messages\":{}}", "{\"messages\":[[]]}", "{\"info\":[],\"messages\":[1,null,{}]}",
        "{\"type\":\"user\",\"message\":[]}", "{\"type\":\"event_msg\",\"payload\":[]}", "{\"payload\":{\"type\":\"message.updated\",\"properties\":{}}}", "{\"message\":{\"content\":[[[]]]},\"type\":\"assistant\"}",
    ];

    private static readonly string[] NaughtyStrings =
    [
        "undefined", "1e1000", "<script>alert(1)</script>", "'; DROP TABLE sessions; --", "../../etc/passwd", "%s%n%x", "{{7*7}}", "${jndi:ldap://x}", "田中さん", "مرحبا", "\u202Etxt.exe", "Z̸̡̢a̵l̷g̶o̴", "👨‍👩‍👧‍👦", "\uFFFE", "\u0001\u001b[2J",
        "\u2028\u2029", "\uD800", "a\u0000b", "\\\"", "\r\n\t", "﷽", "İıſ",
    ];

    public static TheoryData<string> Samples { get; } = ["claude-code", "codex", "openai-messages", "evalmarket", "opencode", "opencode events", "opencode tree", "chatgpt", "claude-ai", "gemini-cli", "zip", "gzip"];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_file_cut_off_anywhere_is_read_or_refused(string sample)
    {
        var whole = Sample(sample);
        var step = Math.Max(1, whole.Length / 80);
        for (var length = 0; length < whole.Length; length += length > whole.Length - 20 ? 1 : step)
        {
            await AssertBornAsync(Upload(sample, whole[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_file_with_wrong_bytes_in_it_is_read_or_refused(string sample)
    {
        var random = new Random(20260311);
        var whole = Sample(sample);
        for (var round = 0; round < 150; round++)
        {
            var broken = (byte[])whole.Clone();
            for (var changes = random.Next(1, 10); changes > 0; changes--)
            {
                var at = random.Next(broken.Length);
                switch (random.Next(4))
                {
                    case 0:
                        broken[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        broken[at] = (byte)random.Next(256);
                        break;
                    case 2:
                        broken[at] = (byte)"{}[]\",:\n\\0"[random.Next(10)];
                        break;
                    default:
                        // A piece of the file comes a second time.
                        var length = random.Next(1, 40);
                        broken = [.. broken.AsSpan(0, at), .. broken.AsSpan(at, Math.Min(length, broken.Length - at)), .. broken.AsSpan(at)];
                        break;
                }
            }

            await AssertBornAsync(Upload(sample, broken));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Odd_documents_among_the_lines_and_as_files_are_read_or_refused(string sample)
    {
        var whole = Encoding.Latin1.GetString(Sample(sample));
        var line = whole.IndexOf('\n', StringComparison.Ordinal) + 1;
        foreach (var odd in Odd())
        {
            await AssertBornAsync(Upload(sample, odd));
            await AssertBornAsync(Upload(sample, [.. Encoding.Latin1.GetBytes(whole[..line]), .. odd, (byte)'\n', .. Encoding.Latin1.GetBytes(whole[line..])]));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Very_deep_json_and_a_huge_line_end_in_time(string sample)
    {
        foreach (var open in new[] { "[", "{\"a\":", "{\"message\":{\"content\":[", "{\"messages\":[{\"content\":[", "{\"info\":{},\"messages\":[{\"parts\":[" })
        {
            await AssertBornAsync(Upload(sample, Utf8(string.Concat(Enumerable.Repeat(open, 100_000)))));
        }

        byte[] huge = [.. "{\"type\":\"user\",\"message\":{\"content\":\""u8, .. Enumerable.Repeat((byte)'x', 6_000_000), .. "\"}}\n"u8];
        await AssertBornAsync(Upload(sample, [.. huge, .. Sample(sample)]), new UploadBounds { MaxLineBytes = 1_000_000, MaxSessionBytes = 2_000_000 });
    }

    [Theory]
    [InlineData("claude-code", """{"type":"user","message":{"content":"@"}}""")]
    [InlineData("codex", """{"type":"event_msg","payload":{"type":"user_message","message":"@"}}""")]
    [InlineData("openai-messages", """{"messages":[{"role":"user","content":"@"}]}""")]
    [InlineData("evalmarket", """{"external_id":"t","messages":[{"role":"user","content":"@"}]}""")]
    [InlineData("opencode", """{"info":{"id":"s"},"messages":[{"info":{"id":"m","role":"user"},"parts":[{"type":"text","text":"@"}]}]}""")]
    public async Task Naughty_strings_are_content_like_any_other(string format, string line)
    {
        foreach (var naughty in NaughtyStrings)
        {
            var quoted = string.Concat(naughty.Select(unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}")));
            var found = Assert.Single(await FindAsync([File("s.jsonl", line.Replace("@", "-" + quoted + "-", StringComparison.Ordinal))]));

            Assert.Equal(format, found.Source.Reader?.Format);
            var session = Assert.Single(found.Sessions);
            Assert.Equal("-" + naughty.Replace('\0', '\uFFFD').Replace('\uD800', '\uFFFD') + "-", session.Messages[0].Content);
            AssertStorable(session);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Reading_stops_when_it_is_cancelled(string sample)
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FindAsync(Upload(sample, Sample(sample)), cancellationToken: cancellation.Token));
    }

    private static IEnumerable<byte[]> Odd()
    {
        foreach (var document in OddDocuments)
        {
            yield return Utf8(document);
        }

        yield return [0xff, 0xfe, (byte)'{', 0, (byte)'}', 0];
        yield return [(byte)'"', 0xc3, 0x28, 0xa0, 0xed, 0xa0, 0x80, (byte)'"'];
        yield return [0xef, 0xbb];
    }

    /// <summary>The whole of it within the deadline; every source has a reason, every record is a session that can be stored or an error.</summary>
    private static async Task AssertBornAsync(IReadOnlyList<UploadedFile> files, UploadBounds? bounds = null)
    {
        var clock = Stopwatch.StartNew();
        var found = await FindAsync(files, bounds: bounds);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Deadline);
        Assert.NotEmpty(found);
        foreach (var source in found)
        {
            Assert.NotEmpty(source.Source.Reason);
            Assert.All(source.Records, record => Assert.True(record.Session is null != record.Error is null));
            Assert.All(source.Sessions, AssertStorable);
        }
    }

    private static void AssertStorable(Session session)
    {
        Assert.NotEmpty(session.Messages);
        var again = Assert.Single(SessionReader.ReadRequest(Utf8(SessionSamples.Line(session))).Sessions);
        Assert.Empty(again.Errors);
    }

    private static List<UploadedFile> Upload(string sample, byte[] content) => sample != "opencode tree"
        ? [File("file", content)]
        : [.. SessionTree(content)];

    /// <summary>The broken bytes stand for a part, a message and a session in turn.</summary>
    private static IEnumerable<UploadedFile> SessionTree(byte[] broken) =>
    [
        File("storage/session/p/ses_1.json", Session), File("storage/message/ses_1/m1.json", Asked), File("storage/part/m1/p1.json", AskedText), File("storage/message/ses_1/m2.json", Answered),
        File("storage/part/m2/p2.json", broken), File("storage/part/m2/p3.json", AnsweredText), File("storage/message/ses_1/m3.json", broken), File("storage/session/p/ses_2.json", broken),
    ];

    private static byte[] Sample(string name) => name switch
    {
        "claude-code" => [.. Own("claude-code/rewound.jsonl"), .. Own("claude-code/parallel-tools.jsonl")],
        "codex" => Own("codex/events.jsonl"),
        "openai-messages" => Own("openai-messages/support.jsonl"),
        "chatgpt" => Own("chatgpt/conversations.json"),
        "claude-ai" => Own("claude-ai/conversations.json"),
        "gemini-cli" => Own("gemini-cli/session.jsonl"),
        "evalmarket" => Utf8(SessionSamples.Line(SessionSamples.Full)),
        "opencode" => Utf8($$"""
            {"info":{{Session}},
            "messages":[{"info":{{Asked}},"parts":[{{AskedText}}]},{"info":{{Answered}},"parts":[{{AnsweredTool}},{{AnsweredText}}]}]}
            """),
        "opencode events" => Utf8(string.Join('\n', Event("session.updated", "info", Session), Event("message.updated", "info", Asked), Event("message.part.updated", "part", AskedText),
            Event("message.updated", "info", Answered), Event("message.part.updated", "part", AnsweredTool), Event("message.part.updated", "part", AnsweredText))),
        "opencode tree" => Utf8(AnsweredTool),
        "zip" => Zip([("a.jsonl", Own("claude-code/rewound.jsonl")), ("b/c.jsonl", Own("codex/items.jsonl")), ("storage/part/m1/p1.json", Utf8(AskedText)), ("storage/message/ses_1/m1.json", Utf8(Asked))]),
        _ => Gzip(Own("claude-code/rewound.jsonl")),
    };

    private static string Event(string type, string name, string value) => "{\"type\":" + JsonSerializer.Serialize(type) + ",\"properties\":{\"" + name + "\":" + value + "}}";
}
