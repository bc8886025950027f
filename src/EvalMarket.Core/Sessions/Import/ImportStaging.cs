using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>A file as it arrives. The content is read before the next file is asked for.</summary>
/// <param name="Name">As the sender calls it, with its folders: <c>projects/ledger/session.jsonl</c>. Never becomes a path of ours.</param>
public sealed record IncomingFile(string Name, Stream Content);

/// <summary>A file that waits in the store to be imported.</summary>
public sealed record StagedFile(string Name, BlobPath Path, long Bytes);

/// <summary>All files that wait for one import, in the order in which they came.</summary>
public sealed record StagedUpload(IReadOnlyList<StagedFile> Files)
{
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>Changes when a file is added: what was checked is what is imported.</summary>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var file in Files)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.Path}\n{file.Bytes}\n{file.Name}\n")));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
        }
    }
}

/// <summary>
/// Keeps uploaded files in the store, durable before they are acknowledged, until they are imported: <c>uploads/{id}/files/{batch}-{n}</c>, and what they are called
/// in <c>uploads/{id}/batches/{batch}.json</c>. The id is that of the job that will import them.
/// </summary>
public sealed class ImportStaging(Tenant tenant, IBlobStore blobs, IOptions<Limits> limits)
{
    /// <summary>Files up to this size are written together, with one sync for all of them.</summary>
    private const int SmallBytes = 256 * 1024;

    private const long TogetherBytes = 4 * 1024 * 1024;

    private const int TogetherFiles = 200;

    /// <summary>Writes files that came together. The same batch again takes the place of the first: whoever got no answer sends it again.</summary>
    /// <param name="id">Of the import.</param>
    /// <param name="batch">Lower-case letters and digits; orders the batches.</param>
    /// <param name="files">As they arrive.</param>
    /// <param name="cancellationToken">Cancels; nothing of the batch stays.</param>
    /// <returns>All files of the batch; too large when it or the whole import is.</returns>
    public async Task<Outcome<StagedUpload>> AddAsync(JobId id, string batch, IAsyncEnumerable<IncomingFile> files, CancellationToken cancellationToken)
    {
        var folder = FolderOf(id);
        var manifest = folder / "batches" / $"{batch}.json";
        var others = await ReadAsync(id, path => path != manifest, cancellationToken);
        var bytes = others.Bytes;
        var staged = new List<StagedFile>();
        var together = new List<BlobContent>();
        var isComplete = false;
        try
        {
            await foreach (var file in files.WithCancellation(cancellationToken))
            {
                if (others.Files.Count + staged.Count >= limits.Value.UploadFiles)
                {
                    return new TooLarge("upload_files", limits.Value.UploadFiles, null);
                }

                var path = folder / "files" / $"{batch}-{staged.Count}";
                var head = await HeadStream.ReadAsync(file.Content, SmallBytes, cancellationToken);
                if (head.IsWhole)
                {
                    together.Add(new BlobContent(path, head.Head.ToArray()));
                    staged.Add(new StagedFile(file.Name, path, head.Head.Length));
                }
                else
                {
                    staged.Add(new StagedFile(file.Name, path, await blobs.PutAsync(path, head, limits.Value.UploadBytes, cancellationToken)));
                }

                bytes += staged[^1].Bytes;
                if (bytes > limits.Value.ImportBytes)
                {
                    return new TooLarge("import_bytes", limits.Value.ImportBytes, null);
                }

                if (together.Count >= TogetherFiles || together.Sum(blob => (long)blob.Bytes.Length) >= TogetherBytes)
                {
                    await blobs.PutAsync(together, cancellationToken);
                    together.Clear();
                }
            }

            // The files first: what the list names is there.
            await blobs.PutAsync(together, cancellationToken);
            await blobs.PutAsync([new BlobContent(manifest, JsonSerializer.SerializeToUtf8Bytes(staged, SessionImportJson.Default.ListStagedFile))], cancellationToken);
            isComplete = true;
            return new StagedUpload(staged);
        }
        finally
        {
            if (!isComplete)
            {
                await blobs.DeleteAsync([.. staged.Select(file => file.Path), manifest], CancellationToken.None);
            }
        }
    }

    /// <summary>All files of an import; none when it has none.</summary>
    public Task<StagedUpload> ReadAsync(JobId id, CancellationToken cancellationToken) => ReadAsync(id, _ => true, cancellationToken);

    /// <summary>Takes everything back.</summary>
    public async Task DiscardAsync(JobId id, CancellationToken cancellationToken) =>
        await blobs.DeleteAsync(await blobs.ListAsync($"{FolderOf(id)}/", cancellationToken).Select(blob => blob.Path).ToListAsync(cancellationToken), CancellationToken.None);

    /// <summary>Opens a file from its start.</summary>
    /// <exception cref="StorageException">It is not there any more.</exception>
    internal async ValueTask<Stream> OpenAsync(StagedFile file, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(file.Path, cancellationToken)
        ?? throw new StorageException(StorageFailure.Missing, $"The uploaded file {file.Path} is not in the store any more. Upload it again.");

    internal BlobPath FolderOf(JobId id) => BlobPath.Parse($"w/{tenant.Required}/uploads/{id.Value}");

    private async Task<StagedUpload> ReadAsync(JobId id, Func<BlobPath, bool> predicate, CancellationToken cancellationToken)
    {
        var manifests = await blobs.ListAsync($"{FolderOf(id)}/batches/", cancellationToken).Select(blob => blob.Path).Where(predicate).ToListAsync(cancellationToken);
        var files = new List<StagedFile>();
        foreach (var manifest in manifests.OrderBy(path => path.Value, StringComparer.Ordinal))
        {
            if (await blobs.ReadAsync(manifest, cancellationToken) is { } bytes)
            {
                files.AddRange(JsonSerializer.Deserialize(bytes, SessionImportJson.Default.ListStagedFile)!);
            }
        }

        return new StagedUpload(files);
    }
}
