using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Uploads;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Market.Vaults;

/// <summary>
/// Keeps answer keys. The only code that knows where they are (<c>vault/{workspace}/{bundle}/{upload}</c>, outside of every folder that listings, exports, links and copies of a
/// workspace read), and whoever opens one is written down in the seller's audit records first.
/// </summary>
public sealed class Vault(IBlobStore blobs, IServiceScopeFactory scopes)
{
    private const int NonceBytes = 32;
    private const string Root = "vault";

    /// <summary>Puts a key into the vault, with a nonce of its own. One that is there is replaced.</summary>
    internal async Task PutAsync(string workspace, BundleId bundle, JobId upload, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        await blobs.PutAsync([new BlobContent(NonceOf(workspace, bundle, upload), nonce)], cancellationToken);
        await blobs.PutAsync(KeyOf(workspace, bundle, upload), content, maxBytes, cancellationToken);
    }

    /// <summary>Opens a key. Written down in the audit records of its owner before a byte is read; null when there is none.</summary>
    /// <param name="workspace">The seller's.</param>
    /// <param name="reader">Who reads: a person, a key, or the submission that is graded.</param>
    public async Task<AnswerKey?> OpenAsync(
        string workspace, BundleId bundle, JobId upload, KeyPurpose purpose, string reader, CancellationToken cancellationToken)
    {
        await AuditAsync(workspace, ActionOf(purpose), bundle, reader, cancellationToken);
        return await blobs.OpenReadAsync(KeyOf(workspace, bundle, upload), cancellationToken) is { } content ? new AnswerKey(content, content.Length) : null;
    }

    /// <summary>The key of an upload, for the validation of a bundle, which reads it more than once; written down once. Null when there is none.</summary>
    internal async Task<UploadedFile?> OpenForCheckAsync(string workspace, BundleId bundle, JobId upload, string reader, CancellationToken cancellationToken)
    {
        var path = KeyOf(workspace, bundle, upload);
        await using var content = await blobs.OpenReadAsync(path, cancellationToken);
        if (content is null)
            return null;
        await AuditAsync(workspace, ActionOf(KeyPurpose.Validation), bundle, reader, cancellationToken);
        return new UploadedFile(BundleAnswers.FileName, content.Length, async token =>
            await blobs.OpenReadAsync(path, token) ?? throw new StorageException(StorageFailure.Missing, "The uploaded answers.json is not in the vault any more. Upload it again."));
    }

    /// <summary>The nonce of a commitment, as 64 hex digits: what the seller publishes to prove that the key never changed. Written down.</summary>
    public async Task<string?> RevealNonceAsync(string workspace, BundleId bundle, JobId upload, string reader, CancellationToken cancellationToken)
    {
        await AuditAsync(workspace, "key.nonce_revealed", bundle, reader, cancellationToken);
        return await blobs.ReadAsync(NonceOf(workspace, bundle, upload), cancellationToken) is { } nonce ? Convert.ToHexStringLower(nonce) : null;
    }

    /// <summary>What may be known of the key of an upload; it is read to its end and nothing of it leaves.</summary>
    internal async Task<SealedKey> SealAsync(string workspace, BundleId bundle, JobId upload, CancellationToken cancellationToken)
    {
        var nonce = await blobs.ReadAsync(NonceOf(workspace, bundle, upload), cancellationToken);
        await using var content = await blobs.OpenReadAsync(KeyOf(workspace, bundle, upload), cancellationToken);
        if (nonce is null || content is null)
            throw new StorageException(StorageFailure.Missing, "The uploaded answers.json is not in the vault any more. Upload it again.");
        return new SealedKey(content.Length, await CommitmentOfAsync(Convert.ToHexStringLower(nonce), content, cancellationToken));
    }

    /// <summary>How many bytes a key has, without reading it; null when there is none.</summary>
    public async Task<long?> LengthAsync(string workspace, BundleId bundle, JobId upload, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenReadAsync(KeyOf(workspace, bundle, upload), cancellationToken);
        return content?.Length;
    }

    /// <summary>Keeps what judges said of a submission: it may quote the key, so it lies beside it.</summary>
    internal Task PutNotesAsync(string workspace, BundleId bundle, SubmissionId submission, IReadOnlyList<VerdictNote> notes, CancellationToken cancellationToken) =>
        blobs.PutAsync([new BlobContent(NotesOf(workspace, bundle, submission), JsonSerializer.SerializeToUtf8Bytes(notes, VaultJson.Default.IReadOnlyListVerdictNote))], cancellationToken);

    /// <summary>Keeps what judges said of one criterion while others still wait: it was paid for, and an end of the process must not lose it.</summary>
    internal Task PutNoteAsync(string workspace, BundleId bundle, SubmissionId submission, int number, VerdictNote note, CancellationToken cancellationToken) =>
        blobs.PutAsync([new BlobContent(NoteOf(workspace, bundle, submission, number), JsonSerializer.SerializeToUtf8Bytes(note, VaultJson.Default.VerdictNote))], cancellationToken);

    /// <summary>What was kept one by one, for the grading that goes on with it under the key that it has opened.</summary>
    internal async Task<IReadOnlyList<VerdictNote>> ReadSingleNotesAsync(string workspace, BundleId bundle, SubmissionId submission, CancellationToken cancellationToken)
    {
        List<VerdictNote> notes = [];
        foreach (var path in await SingleNotesAsync(workspace, bundle, submission, cancellationToken))
        {
            if (await blobs.ReadAsync(path, cancellationToken) is { } bytes)
                notes.Add(JsonSerializer.Deserialize(bytes, VaultJson.Default.VerdictNote)!);
        }

        return notes;
    }

    /// <summary>They are in the one file of all notes now.</summary>
    internal async Task DeleteSingleNotesAsync(string workspace, BundleId bundle, SubmissionId submission, CancellationToken cancellationToken) =>
        await blobs.DeleteAsync(await SingleNotesAsync(workspace, bundle, submission, cancellationToken), cancellationToken);

    /// <summary>What judges said of a submission, for the seller; written down. Empty when nobody said anything.</summary>
    public async Task<IReadOnlyList<VerdictNote>> ReadNotesAsync(string workspace, BundleId bundle, SubmissionId submission, string reader, CancellationToken cancellationToken)
    {
        await AuditAsync(workspace, ActionOf(KeyPurpose.Review), bundle, reader, cancellationToken);
        return await blobs.ReadAsync(NotesOf(workspace, bundle, submission), cancellationToken) is { } bytes ? JsonSerializer.Deserialize(bytes, VaultJson.Default.IReadOnlyListVerdictNote)! : [];
    }

    /// <summary>What a commitment is: SHA-256 of the nonce and the file.</summary>
    public static async Task<string> CommitmentOfAsync(string nonce, Stream file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(nonce));
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
                hash.AppendData(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Takes the key of an upload away.</summary>
    internal Task DeleteAsync(string workspace, BundleId bundle, JobId upload, CancellationToken cancellationToken) =>
        blobs.DeleteAsync([KeyOf(workspace, bundle, upload), NonceOf(workspace, bundle, upload)], cancellationToken);

    /// <summary>Takes all keys of a bundle away.</summary>
    internal Task DeleteAsync(string workspace, BundleId bundle, CancellationToken cancellationToken) => DeleteAllAsync($"{Root}/{workspace}/{bundle.Value}/", cancellationToken);

    private static string ActionOf(KeyPurpose purpose) => purpose switch
    {
        KeyPurpose.SellerRead => "key.read",
        KeyPurpose.CoreDatasetRead => "key.read_by_buyer",
        KeyPurpose.Grading => "key.graded_with",
        KeyPurpose.Validation => "key.validated",
        KeyPurpose.Review => "key.reviewed_with",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "Unknown purpose."),
    };

    private static BlobPath FolderOf(string workspace, BundleId bundle, JobId upload) => BlobPath.Parse($"{Root}/{workspace}/{bundle.Value}/{upload.Value}");

    private static BlobPath KeyOf(string workspace, BundleId bundle, JobId upload) => FolderOf(workspace, bundle, upload) / "answers.json";

    private static BlobPath NotesOf(string workspace, BundleId bundle, SubmissionId submission) =>
        BlobPath.Parse($"{Root}/{workspace}/{bundle.Value}/verdicts/{submission.Value}.json");

    private static BlobPath NoteOf(string workspace, BundleId bundle, SubmissionId submission, int number) =>
        BlobPath.Parse($"{Root}/{workspace}/{bundle.Value}/verdicts/{submission.Value}/{number:D6}.json");

    private async Task<List<BlobPath>> SingleNotesAsync(string workspace, BundleId bundle, SubmissionId submission, CancellationToken cancellationToken) =>
        await blobs.ListAsync($"{Root}/{workspace}/{bundle.Value}/verdicts/{submission.Value}/", cancellationToken).Select(blob => blob.Path).OrderBy(path => path.Value, StringComparer.Ordinal).ToListAsync(cancellationToken);

    private static BlobPath NonceOf(string workspace, BundleId bundle, JobId upload) => FolderOf(workspace, bundle, upload) / "nonce";

    /// <summary>In a scope of its own that enters the seller's workspace: the reader's own scope may be in another one, and the record is to stand whatever becomes of the request.</summary>
    private async Task AuditAsync(string workspace, string action, BundleId bundle, string reader, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, new Actor(reader, null, null, Permission.None));
        scope.ServiceProvider.GetRequiredService<AuditTrail>().Record(action, bundle.Value);
        await scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().SaveChangesAsync(cancellationToken);
    }

    private async Task DeleteAllAsync(string prefix, CancellationToken cancellationToken)
    {
        var paths = new List<BlobPath>();
        await foreach (var blob in blobs.ListAsync(prefix, cancellationToken))
            paths.Add(blob.Path);
        await blobs.DeleteAsync(paths, cancellationToken);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<VerdictNote>))]
[JsonSerializable(typeof(VerdictNote))]
internal sealed partial class VaultJson : JsonSerializerContext;
