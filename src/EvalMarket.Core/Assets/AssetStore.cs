using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Streams;
using EvalMarket.Formats.Uploads;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Assets;

/// <summary>Keeps files of items: <c>w/{workspace}/assets/{first two digits}/{sha256}</c>, and beside it <c>{sha256}.json</c> with what the index says of it.</summary>
public sealed class AssetStore(EvalMarketDbContext db, IBlobStore blobs, Limits limits, TimeProvider clock)
{
    /// <summary>Where the content of a file lies.</summary>
    public static BlobPath PathOf(string workspace, string sha256) => BlobPath.Parse($"w/{workspace}/assets/{sha256[..2]}/{sha256}");

    /// <summary>Takes a file in. Its type is told by name and content, which have to say the same.</summary>
    /// <param name="name">As the sender calls it; folders are left out.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancellationToken">Cancels; nothing stays.</param>
    public async Task<Outcome<AssetRow>> AddAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        name = SafeName(name);
        var head = await HeadStream.ReadAsync(content, FileKinds.HeadBytes, cancellationToken);
        if (FileKinds.Of(name, head.Head.Span, head.IsWhole, out var problem) is var kind && problem is not null)
        {
            return new Invalid("invalid_file", problem, [new ContentError(problem, "/file", File: name)]);
        }

        // Its name is known when all of it has been read: until then it has another.
        var workspace = db.Tenant.Required;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var id = TypeId.New<AssetId>(now);
        var staged = BlobPath.Parse($"w/{workspace}/uploads/{JobIdOf(id)}/files/{id.Value}");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        uint crc = 0;
        await using var observed = new ObservedStream(head, bytes =>
        {
            hash.AppendData(bytes);
            crc = Crc32.Append(crc, bytes);
        });
        long length;
        try
        {
            length = await blobs.PutAsync(staged, observed, limits.AssetBytes, cancellationToken);
        }
        catch (StorageException exception) when (exception.Failure == StorageFailure.TooLarge)
        {
            return new TooLarge("asset_bytes", limits.AssetBytes, null);
        }

        try
        {
            var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            // Under the lock, as its removal is: what is found here stays, what is not is written whole. A package brings its own transaction.
            await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellationToken) : null;
            if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
            {
                return new NotFound();
            }

            if (await FindAsync(sha256, cancellationToken) is { } known)
            {
                await db.Assets.Where(each => each.Sha256 == sha256).ExecuteUpdateAsync(set => set.SetProperty(each => each.UnusedSince, (DateTimeOffset?)null), cancellationToken);
                await (transaction?.CommitAsync(cancellationToken) ?? Task.CompletedTask);
                return known;
            }

            var row = new AssetRow
            {
                Workspace = workspace,
                Id = id,
                Sha256 = sha256,
                Name = name,
                MimeType = kind.MediaType(),
                Bytes = length,
                Crc32 = crc,
                CreatedAt = now,
                CreatedBy = db.Tenant.Actor.Name,
            };
            await using (var bytes = await blobs.OpenReadAsync(staged, cancellationToken) ?? throw new StorageException(StorageFailure.Missing, "The uploaded file is not in the store any more. Upload it again."))
            {
                await blobs.PutAsync(PathOf(workspace, sha256), bytes, null, cancellationToken);
            }

            // The file is whole and named by its content before the index speaks of it; without a row it is found again by the next upload of the same.
            await blobs.PutAsync([new BlobContent(DocumentPath(workspace, sha256), JsonSerializer.SerializeToUtf8Bytes(AssetDocument.Of(row), AssetJson.Default.AssetDocument))], cancellationToken);
            db.Assets.Add(row);
            await db.SaveChangesAsync(cancellationToken);
            await (transaction?.CommitAsync(cancellationToken) ?? Task.CompletedTask);
            return row;
        }
        finally
        {
            db.ChangeTracker.Clear();
            await blobs.DeleteAsync([staged], CancellationToken.None);
        }
    }

    /// <summary>Null when there is none (or it is not yours).</summary>
    public Task<AssetRow?> FindAsync(string sha256, CancellationToken cancellationToken) =>
        db.Assets.AsNoTracking().FirstOrDefaultAsync(row => row.Sha256 == sha256, cancellationToken);

    /// <summary>Those of some hashes, by hash.</summary>
    public async Task<Dictionary<string, AssetRow>> FindAsync(IReadOnlyCollection<string> hashes, CancellationToken cancellationToken)
    {
        Dictionary<string, AssetRow> found = new(StringComparer.Ordinal);
        foreach (var part in hashes.Chunk(5_000))
        {
            foreach (var row in await db.Assets.AsNoTracking().Where(row => part.Contains(row.Sha256)).ToListAsync(cancellationToken))
            {
                found[row.Sha256] = row;
            }
        }

        return found;
    }

    /// <summary>The content from its start.</summary>
    /// <exception cref="StorageException">It is not there.</exception>
    public async Task<Stream> OpenAsync(AssetRow asset, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(PathOf(asset.Workspace, asset.Sha256), cancellationToken)
        ?? throw new StorageException(StorageFailure.Missing, $"The file {asset.Sha256} is not in the store. Restore it from a backup.");

    internal static BlobPath DocumentPath(string workspace, string sha256) => BlobPath.Parse($"w/{workspace}/assets/{sha256[..2]}/{sha256}.json");

    /// <summary>Letters, digits, '-' and '_', and the extension: what may be part of a path anywhere.</summary>
    private static string SafeName(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var dot = last.LastIndexOf('.');
        var extension = dot < 0 ? "" : "." + PackageLayout.Slug(last[(dot + 1)..], 10);
        var slug = PackageLayout.Slug(dot < 0 ? last : last[..dot], 100);
        return (slug.Length == 0 ? "file" : slug) + extension;
    }

    /// <summary>Uploads are cleaned by the id of their job; there is none, so by the time in it.</summary>
    private static string JobIdOf(AssetId id) => JobId.Prefix + id.Value[AssetId.Prefix.Length..];
}

/// <summary>What the index says of a file, beside the file.</summary>
internal sealed record AssetDocument(AssetId Id, string Sha256, string Name, string MimeType, long Bytes, long Crc32, DateTimeOffset CreatedAt, string CreatedBy)
{
    public static AssetDocument Of(AssetRow row) => new(row.Id, row.Sha256, row.Name, row.MimeType, row.Bytes, row.Crc32, row.CreatedAt, row.CreatedBy);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(AssetDocument))]
internal sealed partial class AssetJson : JsonSerializerContext;
