using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Where the files of bundles are, and the reading of them; the answer key is elsewhere (<see cref="Vaults.Vault"/>).</summary>
public sealed class BundleFiles(IBlobStore blobs)
{
    private readonly DocumentStore documents = new(blobs);

    /// <summary><c>w/{workspace}/bundles/{id}</c></summary>
    public static BlobPath FolderOf(string workspace, BundleId id) => BlobPath.Parse($"w/{workspace}/bundles/{id.Value}");

    /// <summary>The folder of one upload: what its version is made of.</summary>
    public static BlobPath UploadOf(string workspace, BundleId id, JobId upload) => FolderOf(workspace, id) / upload.Value;

    public static BlobPath TasksOf(string workspace, BundleId id, JobId upload) => UploadOf(workspace, id, upload) / "tasks.json";

    public static BlobPath ReferenceOf(string workspace, BundleId id, JobId upload) => UploadOf(workspace, id, upload) / "reference.zip";

    internal static BlobPath DraftOf(string workspace, BundleId id, JobId upload) => UploadOf(workspace, id, upload) / "draft.json";

    /// <summary>What was found in files that are too large to be looked through in a request.</summary>
    internal static BlobPath ReportOf(string workspace, BundleId id, JobId upload) => UploadOf(workspace, id, upload) / "report.json";

    /// <summary>The document of a version; null when there is no such version.</summary>
    /// <exception cref="StorageException">It is damaged.</exception>
    public async Task<BundleDocument?> ReadAsync(BundleRow row, int? version, CancellationToken cancellationToken)
    {
        var folder = FolderOf(row.Workspace, row.Id);
        if (version is null || version == row.Version)
            return await documents.ReadAsync(folder, row.Version, row.Hash, BundleJson.Default.BundleDocument, cancellationToken);
        if (version < 1 || version > row.Version)
            return null;

        // Recovery leaves one document of each version that counts.
        var found = (await documents.ListAsync(folder, cancellationToken)).FirstOrDefault(one => one.Version == version);
        return found is null ? null : await documents.ReadAsync(folder, found.Version, found.Hash, BundleJson.Default.BundleDocument, cancellationToken);
    }

    /// <summary>The versions that there are, the oldest first.</summary>
    public async Task<IReadOnlyList<(int Version, BundleDocument Document)>> ListAsync(BundleRow row, CancellationToken cancellationToken)
    {
        var folder = FolderOf(row.Workspace, row.Id);
        List<(int, BundleDocument)> versions = [];
        foreach (var found in await documents.ListAsync(folder, cancellationToken))
        {
            if (found.Version <= row.Version && await documents.ReadAsync(folder, found.Version, found.Hash, BundleJson.Default.BundleDocument, cancellationToken) is { } document)
                versions.Add((found.Version, document));
        }

        return versions;
    }

    public async Task<Stream> OpenTasksAsync(string workspace, BundleId id, JobId upload, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(TasksOf(workspace, id, upload), cancellationToken) ?? throw Missing(id, "tasks.json");

    public async Task<Stream> OpenReferenceAsync(string workspace, BundleId id, JobId upload, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(ReferenceOf(workspace, id, upload), cancellationToken) ?? throw Missing(id, "reference.zip");

    private static StorageException Missing(BundleId id, string file) =>
        new(StorageFailure.Missing, $"{file} of bundle {id} is not in the store. Restore it from a backup.");
}
