using System.Text;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Transcripts;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>Reading files in tests, and the fixtures: our own, and the larger collection of real files that may lie beside the repository.</summary>
internal static class TranscriptTexts
{
    /// <summary>A fixture of this project.</summary>
    public static byte[] Own(string path) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", path));

    /// <summary>The collection's folder; the test is skipped, visibly, where there is none.</summary>
    public static string SharedFolder
    {
        get
        {
            if (FindSharedFolder() is { } shared)
            {
                return shared;
            }

            Assert.Skip("The collection of real files (shared/fixtures) is not on this machine.");
            return "";
        }
    }

    /// <summary>The collection's folder, or null.</summary>
    public static string? FindSharedFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var shared = Path.Combine(folder.FullName, "shared", "fixtures");
            if (Directory.Exists(shared))
            {
                return shared;
            }
        }

        return null;
    }

    public static byte[] Shared(string path) => File.ReadAllBytes(Path.Combine(SharedFolder, path));

    public static async Task<List<TranscriptRecord>> ReadAsync(string format, byte[] content, string name = "file.jsonl")
    {
        var reader = TranscriptReaders.Find(format) ?? throw new ArgumentException(format, nameof(format));
        using var stream = new MemoryStream(content);
        return await reader.ReadAsync(new TranscriptFile(name, stream), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The only session of a file that has one.</summary>
    public static async Task<Session> ReadOneAsync(string format, byte[] content) =>
        Assert.Single(await ReadAsync(format, content), record => record.Session is not null).Session!;

    public static TranscriptDetection Detect(byte[] content, string name = "file.jsonl")
    {
        var head = content.AsMemory(0, Math.Min(content.Length, TranscriptDetector.SampleBytes));
        return TranscriptDetector.Detect(new TranscriptSample(name, head, head.Length == content.Length));
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>The conversation, a line a message: role and beginning of the text.</summary>
    public static IReadOnlyList<string> Outline(Session session) =>
        [.. session.Messages.Select(message => $"{message.Role.ToWire()}: {message.Content}")];

    /// <summary>A record in short: what names the session, its prompts, how many turns have an answer; or the error.</summary>
    public static string PromptsAndPairs(TranscriptRecord record) => record.Session is not { } session
        ? "! " + record.Error!.Message
        : $"{(session.ExternalId!.StartsWith("sha256:", StringComparison.Ordinal) ? session.Title : session.ExternalId)}: {string.Join(" / ", Prompts(session))} = {Turns.CountPairs(session.Messages)}";

    public static IReadOnlyList<string> Prompts(Session session) =>
        [.. session.Messages.Where(message => message.Role == MessageRole.User).Select(message => message.Content)];
}
