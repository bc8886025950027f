using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Transcripts;

/// <summary>A reader whose tool keeps a session in many files. Single files of the tool (an export) it reads as any reader does.</summary>
public interface ITranscriptTreeReader : ITranscriptReader
{
    /// <summary>Finds the tool's folders by the paths of the files; nothing is opened. A file belongs to one tree at most.</summary>
    IEnumerable<TranscriptTree> Match(IReadOnlyList<UploadedFile> files);

    /// <summary>Gives sessions and errors in an order that the paths decide. Holds the files of one session at a time.</summary>
    IAsyncEnumerable<TranscriptRecord> ReadTreeAsync(TranscriptTree tree, UploadBounds bounds, CancellationToken cancellationToken);
}

/// <summary>Files that are read as one.</summary>
/// <param name="Name">Path of the folder or archive, for people.</param>
/// <param name="Files">At least one.</param>
/// <param name="Reason">Why they are taken for a tree; or, when it is not complete, why it cannot be read.</param>
/// <param name="IsComplete">False when something is missing without which there are no sessions.</param>
public sealed record TranscriptTree(string Name, IReadOnlyList<UploadedFile> Files, string Reason, bool IsComplete);
