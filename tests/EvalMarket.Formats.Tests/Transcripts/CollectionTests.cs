using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>The collection of real files, each one and each folder of it given to the finder of sources. Skipped where the collection is not.</summary>
public sealed class CollectionTests
{
    public static TheoryData<string> Folders { get; } =
        ["claude-code", "codex", "opencode", "messages-jsonl", "json-testsuite", "strings", "zip", "csv", "markdown-xss", "eval-bundle", "other-agents"];

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
