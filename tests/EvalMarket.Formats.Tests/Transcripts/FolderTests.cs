using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Uploads;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>Folders, and what lies in them beside transcripts.</summary>
public sealed class FolderTests
{
    private const string Messages = """{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"}]}""";

    [Fact]
    public async Task A_single_file_is_read_or_refused_with_the_reason()
    {
        var found = await FindAsync([File("a.jsonl", ClaudeLine), File("b.png", [0x89, 0x50, 0x4e, 0x47, 0, 1]), File("user.json", "{}"), File(".hidden.jsonl", Messages), File("c.zst", [0x28, 0xb5, 0x2f, 0xfd, 0])]);

        Assert.Equal(
            [".hidden.jsonl [openai-messages]", "a.jsonl [claude-code]", "b.png binary", "c.zst zstd -d", "user.json first line"],
            found.Select(source => source.Source.Reader is { } reader
                ? $"{source.Source.Name} [{reader.Format}]"
                : $"{source.Source.Name} {new[] { "binary", "zstd -d", "first line" }.Single(word => Assert.Single(source.Errors).Message.Contains(word, StringComparison.Ordinal))}"));
        Assert.All(found, source => Assert.False(source.Source.IsPassedOver));
    }

    [Fact]
    public async Task In_a_folder_companions_are_silent_kinds_are_told_together_and_strangers_one_by_one()
    {
        var found = await FindAsync(
        [
            File("export/a.jsonl", ClaudeLine), File("export/chat.html", "<html>"), File("export/user.json", "{}"), File("export/projects.json", "[]"), File("export/.DS_Store", "x"),
            File("export/.git/config.json", "{}"), File("export/__MACOSX/a.jsonl", ClaudeLine), File("export/1.png", "x"), File("export/2.JPG", "x"), File("export/notes.txt", "x"),
            File("export/x.json", "{\"question\":1}"), File("export/y.json", "[\n1]"), File("export/z.json", "[\n2]"), File("export/s/agent-1.meta.json", "{}"),
            File("export/s/subagents/agent-acompact-12.jsonl", ClaudeLine),
        ]);

        Assert.Equal(
            [
                "export/a.jsonl: Lines of type user and assistant with a message object, as Claude Code writes them.",
                "export/x.json: JSON Lines, but of no known transcript format; the first line has the keys question.",
                "export: 2 files: This looks like one JSON document that is spread over several lines or holds a list, not JSON Lines: put one object on each line. (y.json, z.json)",
                "export: 2 files passed over: images (1.png, 2.JPG)",
                "export: 1 file passed over: texts (notes.txt)",
                "export: 1 file passed over: copies of sessions that Claude Code makes to sum them up (agent-acompact-12.jsonl)",
            ],
            found.Select(source => $"{source.Source.Name}: {source.Source.Reason}"));
        Assert.Equal([1, 1, 1, 0, 0, 0], found.Select(source => source.Records.Count));
        Assert.Equal([false, false, false, true, true, true], found.Select(source => source.Source.IsPassedOver));
    }

    [Fact]
    public async Task A_folder_or_archive_with_nothing_in_it_to_read_is_refused()
    {
        var found = await FindAsync([File("pictures/1.png", "x"), File("pictures/2.png", "x"), File("export.zip", Zip(("chat.html", "<html>"), ("user.json", "{}")))]);

        Assert.Equal(
            ["export.zip: There are no transcripts in it.", "pictures: There are no transcripts in it. It holds images (2)."],
            found.Select(source => $"{source.Source.Name}: {Assert.Single(source.Errors).Message}"));
    }

    [Fact]
    public async Task Hundreds_of_strangers_are_not_told_one_by_one()
    {
        var found = await FindAsync([File("f/a.jsonl", ClaudeLine), .. Enumerable.Range(0, 300).Select(number => File($"f/{number}.json", $$"""{"key{{number}}":1}"""))]);

        Assert.Equal(22, found.Count);
        Assert.StartsWith("280 more files", found[^1].Source.Reason, StringComparison.Ordinal);
        Assert.Equal(280, found[^1].Source.Files);
    }

    [Fact]
    public async Task The_order_is_that_of_the_paths_whatever_the_order_of_sending()
    {
        List<UploadedFile> files =
        [
            File("p/b.jsonl", ClaudeLine), File("p/a/c.jsonl", Messages), File("z.zip", Zip(("2.jsonl", Messages), ("10.jsonl", ClaudeLine), ("pic.png", "x"))), File("p/unknown", "?"), File("a.jsonl", "x"),
            File("p/s1.jsonl", ClaudeLine), File("p/s1/subagents/agent-1.jsonl", ClaudeLine),
        ];
        var first = await FindAsync(files);
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            var shuffled = files.ToArray();
            random.Shuffle(shuffled);
            Assert.Equal(first.Select(source => source.ToString()), (await FindAsync(shuffled)).Select(source => source.ToString()));
        }

        Assert.Equal(
            ["a.jsonl", "p/a/c.jsonl", "p/b.jsonl", "p/s1.jsonl", "p/s1/subagents/agent-1.jsonl", "z.zip/10.jsonl", "z.zip/2.jsonl", "p/unknown", "z.zip"],
            first.Select(source => source.Source.Name));
    }

    [Fact]
    public async Task A_given_format_is_taken_at_its_word_for_what_can_be_a_transcript()
    {
        var found = await FindAsync([File("a.jsonl", Messages), File("f/b.jsonl", Messages), File("f/c.png", "x"), File("d.bin", [1, 0])], format: "codex");

        Assert.Equal(["codex", null, "codex", null], found.Select(source => source.Source.Reader?.Format));
        Assert.Contains("binary", found[1].Source.Reason, StringComparison.Ordinal);
        Assert.True(found[3].Source.IsPassedOver);

        Assert.Contains("There is no format 'nope'", Assert.Single(Assert.Single(await FindAsync([File("a", Messages)], format: "nope")).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claude_code_project_gives_its_sessions_and_those_of_its_sub_agents()
    {
        var main = Own("claude-code/rewound.jsonl");
        var agent = Own("claude-code/agent-a77f01.jsonl");

        var found = await FindAsync([File("projects/5b0e7c52-0001.jsonl", main), File("projects/5b0e7c52-0001/subagents/agent-a77f01.jsonl", agent)]);

        var sessions = found.SelectMany(source => source.Sessions).ToList();
        Assert.Equal(["5b0e7c52-0001", "5b0e7c52-0001/a77f01"], sessions.Select(session => session.ExternalId));
        Assert.Equal([2, 0], sessions.Select(session => Turns.CountPairs(session.Messages)));
        // Each has its own usage: the sub-agent's tokens are not in the main file.
        Assert.Equal([48 + 20 + 300 + 41, 9], sessions.Select(session => session.CompletionTokens!.Value));
    }

    [Fact]
    public async Task Claude_code_s_copies_of_a_session_are_not_read_as_another_one()
    {
        var records = await ReadAsync("claude-code", Utf8("""{"type":"user","isSidechain":true,"agentId":"acompact-12","sessionId":"s","uuid":"u","message":{"content":"hi"}}"""));

        Assert.Contains("repeats a session", Assert.Single(records).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_opencode_archive_of_many_small_files_is_read_a_session_at_a_time()
    {
        List<(string, byte[])> entries = [];
        for (var session = 0; session < 100; session++)
        {
            entries.Add(($"storage/session/p/ses_{session}.json", Utf8($$"""{"id":"ses_{{session}}","title":"Session {{session}}"}""")));
            for (var message = 0; message < 40; message++)
            {
                var id = $"msg_{session}_{message:000}";
                entries.Add(($"storage/message/ses_{session}/{id}.json", Utf8($$"""{"time":{"created":{{1772000000000 + message}} },"id":"{{id}}","sessionID":"ses_{{session}}","role":"{{(message % 2 == 0 ? "user" : "assistant")}}"}""")));
                entries.Add(($"storage/part/{id}/prt_1.json", Utf8($$"""{"id":"prt_1","messageID":"{{id}}","type":"text","text":"{{new string('x', 2000)}} {{message}}"}""")));
            }
        }

        var found = Assert.Single(await FindAsync([File("opencode.zip", Zip(entries))]));

        Assert.Equal((8100, 100, 2000), (found.Source.Files, found.Sessions.Count, found.Sessions.Sum(session => Turns.CountPairs(session.Messages))));
        Assert.Empty(found.Errors);
    }
}
