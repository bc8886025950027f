using EvalMarket.Formats.Sessions;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>The collection of real files, each one and each folder of it given to the finder of sources. Skipped where the collection is not.</summary>
public sealed class CollectionTests
{
    public static TheoryData<string> Folders { get; } =
        ["claude-code", "codex", "opencode", "messages-jsonl", "json-testsuite", "strings", "zip", "csv", "markdown-xss", "eval-bundle", "other-agents", "chatgpt", "claude-ai-export", "gemini"];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Every_file_and_every_folder_gives_sessions_or_a_reason(string name)
    {
        var files = Folder(Path.Combine(SharedFolder, name));
        foreach (var file in files)
        {
            AssertAnswered(await FindAsync([file with { Path = file.Path[(file.Path.LastIndexOf('/') + 1)..] }]));
        }

        AssertAnswered(await FindAsync(files));
    }

    [Theory]
    [InlineData("claude-code/real/subagents", "claude-code", 5, 5, 2)]
    [InlineData("claude-code/fixtures/ccl-async_agents", "claude-code", 2, 2, 1)]
    [InlineData("claude-code/real/jssoundrecorder", "claude-code", 4, 4, 5)]
    [InlineData("claude-code/real/viewer-sample", "claude-code", 2, 2, 1)]
    [InlineData("codex/real", "codex", 3, 3, 44)]
    [InlineData("opencode/agent-sessions-storage_v2", "opencode", 1, 2, 2)]
    [InlineData("opencode/hstry-legacy-project", "opencode", 1, 1, 1)]
    public async Task Folders_of_real_sessions(string path, string format, int sources, int sessions, int pairs)
    {
        var found = await FindAsync(Folder(Path.Combine(SharedFolder, path)));

        Assert.All(found, source => Assert.Equal(format, source.Source.Reader?.Format));
        Assert.Empty(found.SelectMany(source => source.Errors));
        Assert.Equal(
            (sources, sessions, pairs),
            (found.Count, found.Sum(source => source.Sessions.Count), found.Sum(source => source.Sessions.Sum(session => Turns.CountPairs(session.Messages)))));
        // Sub-agents are their own sessions: no two have one name.
        var names = found.SelectMany(source => source.Sessions).Select(session => session.ExternalId).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Theory]
    [InlineData("opencode/kimaki-event-stream-normal-completion.jsonl", "[opencode] 1 files, 1 sessions, 1 pairs, 0 errors")]
    [InlineData("opencode/claude-replay-run-json-stream.jsonl", "REFUSED This is the output of `opencode run --format json`, which does not hold the prompts")]
    [InlineData("opencode/toktrack-messages-only/storage/message/ses_test/msg_001.json", "REFUSED This is a message without its text from OpenCode's storage")]
    [InlineData("opencode/hstry-legacy-project/project/test-project/storage/session/info/ses_test001.json", "REFUSED This is a session without its messages from OpenCode's storage")]
    [InlineData("claude-code/real/log-sample/4fe49c7c-ff82-4ac7-b3f2-79c22036bd58.jsonl", "REFUSED The file is empty.")]
    [InlineData("other-agents/copilot-small.jsonl", "REFUSED JSON Lines, but of no known transcript format")]
    [InlineData("zip/yauzl-traditional-encryption.zip", "REFUSED This file of the archive is encrypted")]
    [InlineData("zip/libarchive-test_read_format_zip_nested.zip", "REFUSED This is an archive inside an archive")]
    public async Task Single_files(string path, string answer)
    {
        var found = await FindAsync([File(Path.GetFileName(path), Shared(path))]);

        Assert.Contains(answer, found[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claude-code")]
    [InlineData("codex")]
    [InlineData("opencode")]
    [InlineData("chatgpt")]
    [InlineData("gemini")]
    public async Task A_folder_and_its_archive_give_the_same(string name)
    {
        var files = Folder(Path.Combine(SharedFolder, name));
        List<(string, byte[])> entries = [];
        foreach (var file in files)
        {
            await using var content = await file.OpenAsync(TestContext.Current.CancellationToken);
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, TestContext.Current.CancellationToken);
            entries.Add((file.Path, copy.ToArray()));
        }

        var packed = await FindAsync([File("x.zip", Zip(entries))]);

        // Those left out are told by their container, which has another name.
        Assert.Equal(
            (await FindAsync(files)).Where(source => source.Source.Reader is not null).Select(source => source.ToString()),
            packed.Where(source => source.Source.Reader is not null).Select(source => source.ToString()["x.zip/".Length..].Replace("x.zip/", "", StringComparison.Ordinal)));
    }

    private static void AssertAnswered(List<FoundSource> found)
    {
        Assert.NotEmpty(found);
        foreach (var source in found)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(source.ToString());
            Assert.True(source.Source.Reason.Length > 15, source.ToString());
            Assert.True(source.Source.IsPassedOver == (source.Records.Count == 0), source.ToString());
            Assert.All(source.Sessions, session => Assert.NotEmpty(session.Messages));
        }
    }
}
