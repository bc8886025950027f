using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.Caching.Memory;

namespace EvalMarket.Core.Market.Listings;

/// <summary>
/// What buyers read: <c>market/{listing}/{version}/</c> with tasks.json, the reference files, all of them as a ZIP, and the page. Copied when a version is published, never changed after.
/// Nothing of an answer key ever comes here.
/// </summary>
public sealed class MarketFiles(IBlobStore blobs) : IDisposable
{
    private const long RememberedCharacters = 16 * 1024 * 1024;
    private const string Tasks = "tasks.json";
    private const string Reference = "reference.zip";

    /// <summary>ZIP keeps the time of each file; the same files give the same archive.</summary>
    private static readonly DateTimeOffset ZipTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MemoryCache previews = new(new MemoryCacheOptions { SizeLimit = RememberedCharacters });

    /// <summary><c>market/{listing}/{version}</c></summary>
    public static BlobPath FolderOf(ListingId listing, int version) => BlobPath.Parse($"market/{listing.Value}/{version}");

    public async Task<Stream> OpenTasksAsync(ListingId listing, int version, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(FolderOf(listing, version) / Tasks, cancellationToken) ?? throw Missing(listing, version, Tasks);

    public async Task<Stream> OpenReferenceAsync(ListingId listing, int version, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(FolderOf(listing, version) / Reference, cancellationToken) ?? throw Missing(listing, version, Reference);

    public async Task<Stream> OpenFileAsync(ListingId listing, int version, BundleReferenceFile file, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(FileOf(listing, version, file.Sha256), cancellationToken) ?? throw Missing(listing, version, file.Name);

    /// <summary>The tasks of a version that everybody may read, as they stand in tasks.json. A version never changes, so what was read is remembered.</summary>
    public async Task<IReadOnlyList<JsonElement>> PreviewAsync(ListingRow listing, CancellationToken cancellationToken)
    {
        if (listing.PreviewTasks == 0)
            return [];
        var key = $"{listing.Id} {listing.Version} {listing.PreviewTasks} {string.Join('\n', listing.PreviewIds)}";
        if (previews.TryGetValue(key, out IReadOnlyList<JsonElement>? known) && known is not null)
            return known;

        await using var content = await OpenTasksAsync(listing.Id, listing.Version, cancellationToken);
        var read = await PreviewAsync(content, listing, cancellationToken);
        return previews.Set(key, read, new MemoryCacheEntryOptions { Size = 1 + read.Sum(task => (long)task.GetRawText().Length) });
    }

    /// <summary>The tasks of a tasks.json that everybody may read of a listing of it.</summary>
    public static Task<IReadOnlyList<JsonElement>> PreviewAsync(Stream tasks, ListingRow listing, CancellationToken cancellationToken) => listing.PreviewIds.Count > 0
        ? BundleTasks.FindAsync(tasks, listing.PreviewIds, cancellationToken)
        : TasksPreview.ReadAsync(tasks, listing.PreviewTasks, cancellationToken);

    public void Dispose() => previews.Dispose();

    /// <summary>Copies what buyers get of a bundle, and says what it is.</summary>
    internal async Task<StoredBundleFile?> CopyAsync(
        ListingId listing, int version, Stream tasks, Stream? reference, IReadOnlyList<BundleReferenceFile> files, ReadOnlyMemory<byte> page, CancellationToken cancellationToken)
    {
        var folder = FolderOf(listing, version);
        await blobs.PutAsync(folder / Tasks, tasks, null, cancellationToken);
        StoredBundleFile? archive = null;
        if (reference is not null && files.Count > 0)
        {
            await using var zip = new ZipArchive(reference, ZipArchiveMode.Read);
            foreach (var file in files.DistinctBy(file => file.Sha256))
            {
                await using var content = await EntryOf(zip, file).OpenAsync(cancellationToken);
                await blobs.PutAsync(FileOf(listing, version, file.Sha256), content, null, cancellationToken);
            }

            await PackAsync(listing, version, files, cancellationToken);
            archive = await StoredFiles.MeasureAsync(blobs, folder / Reference, cancellationToken);
        }

        // The page last: a folder without it was never finished.
        await blobs.PutAsync([new BlobContent(folder / "page.json", page)], cancellationToken);
        return archive;
    }

    internal async Task RemoveAsync(string prefix, CancellationToken cancellationToken)
    {
        var paths = await blobs.ListAsync(prefix, cancellationToken).Select(blob => blob.Path).ToListAsync(cancellationToken);
        await blobs.DeleteAsync(paths, cancellationToken);
    }

    /// <summary>The archive is made anew of the accepted files: what else was in the seller's own stays with the seller.</summary>
    private async Task PackAsync(ListingId listing, int version, IReadOnlyList<BundleReferenceFile> files, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var packing = PackAsync(pipe.Writer, listing, version, files, cancellationToken);
        await using var packed = pipe.Reader.AsStream();
        await blobs.PutAsync(FolderOf(listing, version) / Reference, packed, null, cancellationToken);
        await packing;
    }

    private async Task PackAsync(PipeWriter writer, ListingId listing, int version, IReadOnlyList<BundleReferenceFile> files, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await using var target = writer.AsStream(leaveOpen: true);
            await using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var file in files)
            {
                var entry = zip.CreateEntry(file.Name, CompressionLevel.Fastest);
                entry.LastWriteTime = ZipTime;
                await using var to = await entry.OpenAsync(cancellationToken);
                await using var from = await OpenFileAsync(listing, version, file, cancellationToken);
                await from.CopyToAsync(to, cancellationToken);
            }
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            await writer.CompleteAsync(failure);
        }
    }

    private static ZipArchiveEntry EntryOf(ZipArchive zip, BundleReferenceFile file) =>
        zip.Entries.FirstOrDefault(entry => entry.FullName == file.Name)
        ?? zip.Entries.FirstOrDefault(entry => entry.Name == file.Name && !entry.FullName.StartsWith("__MACOSX", StringComparison.Ordinal))
        ?? throw new StorageException(StorageFailure.Corrupt, $"The reference archive no longer holds {file.Name}.");

    private static BlobPath FileOf(ListingId listing, int version, string sha256) => FolderOf(listing, version) / "files" / sha256;

    private static StorageException Missing(ListingId listing, int version, string file) =>
        new(StorageFailure.Missing, $"{file} of listing {listing}, version {version}, is not in the store. Restore it from a backup.");
}
