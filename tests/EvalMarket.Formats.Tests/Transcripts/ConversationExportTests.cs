using System.Text;
using EvalMarket.Formats.Transcripts;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>Exports are one array of up to a gigabyte, and uploads break off.</summary>
public sealed class ConversationExportTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData("chatgpt", "chatgpt/conversations.json", 2)]
    [InlineData("claude-ai", "claude-ai/conversations.json", 2)]
    [InlineData("gemini-cli", "gemini-cli/session.jsonl", 1)]
    [InlineData("gemini-cli", "gemini-cli/session.json", 1)]
    public async Task A_file_cut_anywhere_gives_what_is_whole_and_an_error_with_its_place(string format, string path, int sessions)
    {
        var whole = Own(path);
        var ids = (await ReadAsync(format, whole)).Where(record => record.Session is not null).Select(record => record.Session!.ExternalId).ToList();
        Assert.Equal(sessions, ids.Count);
        var most = 0;
        for (var length = 0; length < whole.Length - 1; length++)
        {
            var records = await ReadAsync(format, whole[..length]);
            Detect(whole[..length]);

            var read = records.Where(record => record.Session is not null).Select(record => record.Session!.ExternalId).ToList();
            Assert.True(read.Count >= most, $"{length} bytes give {read.Count} sessions.");
            most = read.Count;
            if (!path.EndsWith(".jsonl", StringComparison.Ordinal))
            {
                Assert.Equal(ids[..read.Count], read);
                Assert.Contains(records, record => record.Error is not null);
                Assert.True(read.Count == 0 || records.Exists(record => record.Error is { Line: > 0 } error && error.Message.Contains("ends in the middle", StringComparison.Ordinal)), $"{length} bytes");
            }
        }

        Assert.Equal(sessions == 1 && path.EndsWith(".json", StringComparison.Ordinal) ? 0 : sessions, most);
    }

    [Fact]
    public async Task Two_hundred_megabytes_in_one_array_are_read_in_the_memory_of_one_conversation()
    {
        const int Count = 800;
        var text = new string('x', Megabyte / 4);
        using var stream = new MadeUpStream(Pieces());
        var file = new TranscriptFile("conversations.json", stream);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var read = 0;
        await foreach (var record in TranscriptReaders.Find("chatgpt")!.ReadAsync(file, TestContext.Current.CancellationToken))
        {
            Assert.Equal(text.Length, record.Session!.Messages[0].Content.Length);
            if (++read % 200 == 0)
            {
                // Other tests run at the same time, so this is no exact figure; all of the file would be twice its length as text.
                Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100 * Megabyte);
            }
        }

        Assert.Equal(Count, read);
        Assert.InRange(stream.Given, 200 * Megabyte, long.MaxValue);
        Assert.InRange(stream.LargestBuffer, 1, 2 * Megabyte);

        IEnumerable<byte[]> Pieces()
        {
            var body = Encoding.UTF8.GetBytes(text);
            for (var i = 0; i < Count; i++)
            {
                yield return Utf8($$$"""{{{(i == 0 ? "[" : ",\n")}}}{"id":"c{{{i}}}","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":[" """.TrimEnd());
                yield return body;
                yield return Utf8("\"]}}}}}");
            }

            yield return Utf8("]");
        }
    }

    [Theory]
    [InlineData("chatgpt", """{"id":"c","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["@"]}}}}}""")]
    [InlineData("claude-ai", """{"uuid":"c","chat_messages":[{"sender":"human","text":"@"}]}""")]
    public async Task A_conversation_that_is_too_large_is_an_error_and_costs_no_memory(string format, string one)
    {
        var parts = one.Split('@');
        var filler = Utf8(new string('x', Megabyte));
        using var stream = new MadeUpStream([Utf8($"[{one},\n{parts[0]}"), .. Enumerable.Repeat(filler, 200), Utf8($"{parts[1]},\n{one}]")]);
        var file = new TranscriptFile("conversations.json", stream) { MaxLineBytes = 2 * Megabyte };
        var before = GC.GetAllocatedBytesForCurrentThread();

        List<TranscriptRecord> records = [];
        await foreach (var record in TranscriptReaders.Find(format)!.ReadAsync(file, TestContext.Current.CancellationToken))
        {
            records.Add(record);
        }

        // The stream gives at once what it is asked for, so all of this was on one thread.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * Megabyte);
        Assert.Equal([null, "The conversation is larger than 2,097,152 bytes; it was left out.", null], records.Select(record => record.Error?.Message));
        Assert.Equal((2L, "/1"), (records[1].Error!.Line, records[1].Error!.Path));
        Assert.Equal([1L, 3L], records.Where(record => record.Session is not null).Select(record => record.Line!.Value));
    }

    [Theory]
    [InlineData("chatgpt", """[{"mapping":@},{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["hi"]}}}}}]""")]
    [InlineData("claude-ai", """[{"chat_messages":[@]},{"chat_messages":[{"sender":"human","text":"hi"}]}]""")]
    [InlineData("gemini-cli", "@\n{\"type\":\"user\",\"content\":\"hi\"}\n")]
    public async Task Json_that_is_too_deep_is_an_error_of_its_own(string format, string shape)
    {
        var deep = Utf8(shape.Replace("@", string.Concat(Enumerable.Repeat("{\"a\":[", 50_000)) + string.Concat(Enumerable.Repeat("]}", 50_000)), StringComparison.Ordinal));

        var records = await ReadAsync(format, deep);

        Assert.Equal("hi", Assert.Single(records, record => record.Session is not null).Session!.Messages[0].Content);
        Assert.Contains("maximum configured depth", Assert.Single(records, record => record.Error is not null).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_a_hundred_thousand_nodes_is_one_message()
    {
        const int Count = 100_000;
        var nodes = Enumerable.Range(0, Count).Select(i =>
            $"\"{i}\":{{\"parent\":\"{i - 1}\",\"message\":{{\"author\":{{\"role\":\"assistant\"}},\"content\":{{\"content_type\":\"code\",\"text\":\"````\"}}}}}}");

        var session = await ReadOneAsync("chatgpt", Utf8($"[{{\"current_node\":\"{Count - 1}\",\"mapping\":{{{string.Join(',', nodes)}}}}}]"));

        var answer = Assert.Single(session.Messages).Content;
        Assert.StartsWith("`````\n````\n`````\n\n`````\n", answer, StringComparison.Ordinal);
        Assert.Equal((Count * 18) - 2, answer.Length);
    }

    [Theory]
    [InlineData("{\"id\":\"@\",\"type\":\"info\"}\n")]
    [InlineData("{\"id\":\"@\",\"type\":\"gemini\",\"tokens\":{}}\n{\"$rewindTo\":\"@\"}\n")]
    public async Task A_log_of_nothing_does_not_fill_the_memory(string lines)
    {
        using var stream = new MadeUpStream(Enumerable.Range(0, 100_000).Select(i => Utf8(lines.Replace("@", $"{i}", StringComparison.Ordinal))));
        var file = new TranscriptFile("session.jsonl", stream) { MaxSessionBytes = Megabyte };

        var records = await TranscriptReaders.Find("gemini-cli")!.ReadAsync(file, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Contains("The session is larger than", Assert.Single(records).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thread_of_a_hundred_thousand_messages_is_read()
    {
        const int Count = 100_000;
        var nodes = Enumerable.Range(0, Count).Select(i =>
            $"\"{i}\":{{\"parent\":\"{i - 1}\",\"message\":{{\"author\":{{\"role\":\"{(i % 2 == 0 ? "user" : "assistant")}\"}},\"content\":{{\"parts\":[\"{i}\"]}}}}}}");

        var session = await ReadOneAsync("chatgpt", Utf8($"[{{\"current_node\":\"{Count - 1}\",\"mapping\":{{{string.Join(',', nodes)}}}}}]"));

        Assert.Equal((Count, "0", "99999"), (session.Messages.Count, session.Messages[0].Content, session.Messages[^1].Content));
    }
}
