using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>Where submissions are: the responses as they were sent, and what they are worth. Both are the buyer's.</summary>
public sealed class SubmissionFiles(IBlobStore blobs)
{
    private readonly DocumentStore documents = new(blobs);

    /// <summary><c>w/{workspace}/submissions/{id}</c></summary>
    public static BlobPath FolderOf(string workspace, SubmissionId id) => BlobPath.Parse($"w/{workspace}/submissions/{id.Value}");

    public static BlobPath ResponsesOf(string workspace, SubmissionId id) => FolderOf(workspace, id) / "responses.json";

    /// <summary>Null before it was graded.</summary>
    public async Task<SubmissionDocument?> ReadAsync(SubmissionRow row, CancellationToken cancellationToken) => row.Hash is null
        ? null
        : await documents.ReadAsync(FolderOf(row.Workspace, row.Id), row.Version, row.Hash, Listings.ListingJson.Default.SubmissionDocument, cancellationToken)
            ?? throw new StorageException(StorageFailure.Missing, $"The report of submission {row.Id} is not in the store. Restore it from a backup.");

    public async Task<Stream> OpenResponsesAsync(SubmissionRow row, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(ResponsesOf(row.Workspace, row.Id), cancellationToken)
        ?? throw new StorageException(StorageFailure.Missing, $"The responses of submission {row.Id} are not in the store. Restore them from a backup.");
}
