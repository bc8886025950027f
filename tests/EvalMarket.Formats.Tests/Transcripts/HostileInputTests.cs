using System.Text;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Tests.Sessions;
using EvalMarket.Formats.Transcripts;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>Whatever a file holds, reading it ends, throws nothing, and gives sessions or errors.</summary>
public sealed partial class HostileInputTests
{
    public static TheoryData<string> Formats { get; } = [.. TranscriptReaders.All.Select(reader => reader.Format)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Cut_and_flipped_files_are_read_or_refused(string format)
    {
        var random = new Random(20260203);
        byte[] original = format switch
        {
            "claude-code" => [.. Own("claude-code/rewound.jsonl"), .. Own("claude-code/parallel-tools.jsonl")],
            "codex" => Own("codex/events.jsonl"),
            "openai-messages" => Own("openai-messages/support.jsonl"),
            "chatgpt" => Own("chatgpt/conversations.json"),
            "claude-ai" => Own("claude-ai/conversations.json"),
            "gemini-cli" => Own(random.Next(2) == 0 ? "gemini-cli/session.jsonl" : "gemini-cli/session.json"),
            _ => Utf8(SessionSamples.Line(SessionSamples.Full)),
        };
        for (var round = 0; round < 400; round++)
        {
            var broken = original.AsSpan(0, round % 2 == 0 ? original.Length : random.Next(original.Length)).ToArray();
            for (var flips = random.Next(12); flips > 0 && broken.Length > 0; flips--)
            {
                broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
            }

            Detect(broken);
            await AssertBearsAsync(format, broken);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Numbers_too_large_to_be_added_up_are_left_out_or_refused(string format)
    {
        string[] samples = format switch
        {
            "claude-code" => ["claude-code/rewound.jsonl", "claude-code/parallel-tools.jsonl"],
            "codex" => ["codex/events.jsonl"],
            "openai-messages" => ["openai-messages/support.jsonl"],
            "chatgpt" => ["chatgpt/conversations.json"],
            "claude-ai" => ["claude-ai/conversations.json"],
            "gemini-cli" => ["gemini-cli/session.jsonl", "gemini-cli/session.json"],
            _ => [],
        };
        foreach (var sample in samples.Select(name => Encoding.UTF8.GetString(Own(name))).DefaultIfEmpty(SessionSamples.Line(SessionSamples.Full)))
        {
            await AssertBearsAsync(format, Utf8(Number().Replace(sample, "9223372036854775807")));
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"(?<=:\s*)\d+(\.\d+)?(?=\s*[,}])", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial System.Text.RegularExpressions.Regex Number();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Deep_and_odd_json_is_read_or_refused(string format)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(SharedFolder, "json-testsuite"), "*.json", SearchOption.AllDirectories))
        {
            var odd = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            Detect(odd);
            await AssertBearsAsync(format, odd);
            // The same inside a message of each format.
            await AssertBearsAsync(format, [.. "{\"type\":\"user\",\"uuid\":\"1\",\"message\":{\"content\":"u8, .. odd, .. "}}\n"u8]);
            await AssertBearsAsync(format, [.. "{\"type\":\"response_item\",\"payload\":{\"type\":\"message\",\"role\":\"user\",\"content\":"u8, .. odd, .. "}}\n"u8]);
            await AssertBearsAsync(format, [.. "{\"messages\":[{\"role\":\"user\",\"content\":"u8, .. odd, .. "}]}\n"u8]);
            await AssertBearsAsync(format, [.. "[{\"mapping\":{\"a\":{\"message\":{\"author\":{\"role\":\"user\"},\"create_time\":"u8, .. odd, .. ",\"content\":{\"parts\":"u8, .. odd, .. "}}}}}]"u8]);
            await AssertBearsAsync(format, [.. "[{\"chat_messages\":[{\"sender\":\"human\",\"content\":"u8, .. odd, .. ",\"attachments\":"u8, .. odd, .. "}]}]"u8]);
            await AssertBearsAsync(format, [.. "{\"type\":\"gemini\",\"content\":"u8, .. odd, .. ",\"tokens\":"u8, .. odd, .. "}\n"u8]);
        }
    }

    [Theory]
    [InlineData("claude-code", """{"type":"user","message":{"content":"@"}}""")]
    [InlineData("codex", """{"type":"event_msg","payload":{"type":"user_message","message":"@"}}""")]
    [InlineData("openai-messages", """{"messages":[{"role":"user","content":"@"}]}""")]
    [InlineData("evalmarket", """{"title":"t","messages":[{"role":"user","content":"@"}]}""")]
    [InlineData("chatgpt", """[{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["@"]}}}}}]""")]
    [InlineData("claude-ai", """[{"chat_messages":[{"sender":"human","text":"@"}]}]""")]
    [InlineData("gemini-cli", """{"messages":[{"type":"user","content":"@"}]}""")]
    public async Task Naughty_strings_arrive_as_they_are(string format, string line)
    {
        using var list = System.Text.Json.JsonDocument.Parse(Shared("strings/blns.json"));
        foreach (var item in list.RootElement.EnumerateArray())
        {
            var naughty = item.GetString()!.Trim();
            if (naughty.Length == 0)
            {
                continue;
            }

            if (format == "gemini-cli" && (naughty[0] is '/' or '?'))
            {
                // A command.
                continue;
            }

            var quoted = System.Text.Json.JsonSerializer.Serialize(naughty)[1..^1];
            var session = await ReadOneAsync(format, Utf8(line.Replace("@", quoted, StringComparison.Ordinal)));

            Assert.Equal(naughty.Replace('\0', '\ufffd'), Assert.Single(session.Messages).Content);
            Assert.DoesNotContain(session.Title ?? "", char.IsControl);
        }
    }

    [Theory]
    [InlineData("claude-code", "claude-code")]
    [InlineData("codex", "codex")]
    [InlineData("messages-jsonl", "openai-messages")]
    [InlineData("chatgpt", "chatgpt")]
    [InlineData("claude-ai-export", "claude-ai")]
    [InlineData("gemini", "gemini-cli")]
    public async Task Every_real_file_is_imported_or_refused_with_a_reason(string folder, string format)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(SharedFolder, folder), "*.json*", SearchOption.AllDirectories))
        {
            var content = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            var detection = Detect(content, path);
            Assert.NotEmpty(detection.Reason);
            if (detection.Reader is null)
            {
                Assert.True(folder == "messages-jsonl" || content.Length == 0 || detection.Reason.Contains("Google AI Studio", StringComparison.Ordinal), $"{path}: {detection.Reason}");
                continue;
            }

            Assert.Equal(format, detection.Reader.Format);
            var records = await AssertBearsAsync(format, content);
            Assert.True(records.Exists(record => record.Session is not null) || records.Exists(record => record.Error!.Message.Contains("no conversation", StringComparison.Ordinal)), path);
        }
    }

    [Theory]
    [InlineData("claude-code")]
    [InlineData("codex")]
    [InlineData("openai-messages")]
    [InlineData("evalmarket")]
    public async Task A_line_that_is_too_long_is_an_error_of_that_line_only(string format)
    {
        var good = format switch
        {
            "claude-code" => """{"type":"user","message":{"content":"hi"}}""",
            "codex" => """{"type":"event_msg","payload":{"type":"user_message","message":"hi"}}""",
            "chatgpt" => """{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["hi"]}}}}}""",
            "claude-ai" => """{"chat_messages":[{"sender":"human","text":"hi"}]}""",
            "gemini-cli" => """{"type":"user","content":"hi"}""",
            _ => """{"messages":[{"role":"user","content":"hi"}]}""",
        };
        using var stream = new MemoryStream(Utf8($"{{\"x\":\"{new string('x', 300_000)}\"}}\n{good}\n{new string('[', 200_000)}"));
        var file = new TranscriptFile("long.jsonl", stream) { MaxLineBytes = 100_000 };

        var records = await TranscriptReaders.Find(format)!.ReadAsync(file, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal("hi", Assert.Single(records, record => record.Session is not null).Session!.Messages[0].Content);
        Assert.Equal([1L, 3L], records.Where(record => record.Error is not null).Select(record => record.Error!.Line!.Value));
    }

    [Theory]
    [InlineData("claude-code", """{"type":"user","message":{"content":"0123456789012345678901234567890123456789"}}""")]
    [InlineData("codex", """{"type":"event_msg","payload":{"type":"user_message","message":"0123456789012345678901234567890123456789"}}""")]
    [InlineData("gemini-cli", """{"type":"user","content":"0123456789012345678901234567890123456789"}""")]
    public async Task A_session_that_would_not_fit_in_memory_is_an_error(string format, string line)
    {
        using var stream = new MemoryStream(Utf8(string.Join('\n', Enumerable.Repeat(line, 1000))));
        var file = new TranscriptFile("big.jsonl", stream) { MaxSessionBytes = 10_000 };

        var records = await TranscriptReaders.Find(format)!.ReadAsync(file, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Contains("larger than", Assert.Single(records).Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claude-code", """{"type":"user","message":{"content":"@"}}""")]
    [InlineData("codex", """{"type":"event_msg","payload":{"type":"user_message","message":"@"}}""")]
    [InlineData("openai-messages", """{"messages":[{"role":"user","content":"@"}],"rating":5}""")]
    [InlineData("evalmarket", """{"metadata":{"a":1},"messages":[{"role":"user","content":"@"}]}""")]
    [InlineData("chatgpt", """[{"gizmo_id":"g","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["@"]}}}}}]""")]
    [InlineData("claude-ai", """[{"chat_messages":[{"sender":"human","text":"@"}]}]""")]
    [InlineData("gemini-cli", """{"kind":"main","messages":[{"type":"user","content":"@"}]}""")]
    public async Task Characters_that_are_no_text_are_replaced_and_said_so(string format, string line)
    {
        var parts = line.Split('@');

        var session = await ReadOneAsync(format, [.. Utf8(parts[0]), .. """a\u0000 \ud83d """u8, 0xc3, .. Utf8(parts[1])]);

        Assert.Equal("a\ufffd \ufffd \ufffd", session.Messages[0].Content);
        Assert.Equal(3, session.Metadata!.Value.GetProperty("replaced_characters").GetInt32());
    }

    private static async Task<List<TranscriptRecord>> AssertBearsAsync(string format, byte[] content)
    {
        var records = await ReadAsync(format, content);
        Assert.NotEmpty(records);
        foreach (var record in records)
        {
            Assert.True(record.Session is null != record.Error is null);
            if (record.Session is { } session)
            {
                Assert.NotEmpty(session.Messages);
                // What was read can be stored and read back.
                var again = Assert.Single(SessionReader.ReadRequest(Encoding.UTF8.GetBytes(SessionSamples.Line(session))).Sessions);
                Assert.Empty(again.Errors);
            }
        }

        return records;
    }
}
