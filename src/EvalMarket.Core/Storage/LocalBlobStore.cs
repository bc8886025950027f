using System.Buffers;
using System.Runtime.CompilerServices;

namespace EvalMarket.Core.Storage;

/// <summary>Blobs as files under a folder of this machine, each at its path.</summary>
/// <remarks>
/// A write goes to a file in the staging folder, is synced, gets its name, and then every folder on the way is synced. A batch of <see cref="BatchThreshold"/> or more
/// syncs the whole file system twice instead, where that works: before the names, so that no name ever stands for bytes that a crash can take, and after them.
/// </remarks>
public sealed class LocalBlobStore : IBlobStore, IDisposable
{
    /// <summary>From this many blobs on, two syncs of the file system are cheaper than one for each file and folder.</summary>
    internal const int BatchThreshold = 8;

    private const int CopyBufferLength = 128 * 1024;
    private const int ListPage = 1024;

    /// <summary>How often a name is tried again when somebody removes the empty folder under it.</summary>
    private const int FolderAttempts = 100;

    private readonly BlobTree tree;
    private readonly TimeProvider time;
    private readonly IDurability durability;
    private readonly Lock stagingLock = new();
    private StagingArea? staging;

    /// <summary>Opens a store, and makes its folder if it is not there.</summary>
    /// <param name="root">The folder. Must lie on one file system with everything in it.</param>
    /// <param name="time">Gives the last-written time of blobs that were met instead of written.</param>
    /// <exception cref="StorageException">The folder cannot be made.</exception>
    public LocalBlobStore(string root, TimeProvider time)
        : this(root, time, new Durability())
    {
    }

    internal LocalBlobStore(string root, TimeProvider time, IDurability durability)
    {
        tree = new BlobTree(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));
        this.time = time;
        this.durability = durability;
        Try("open the store", () =>
        {
            if (Directory.Exists(tree.Root))
                return;
            Directory.CreateDirectory(tree.Root);
            durability.SyncFolder(Path.GetDirectoryName(tree.Root)!);
        });
    }

    /// <summary>Removes the unfinished files of processes that crashed; to be called at start. Files of processes that live are left alone.</summary>
    /// <returns>How many were removed.</returns>
    public Task<int> CleanAsync(CancellationToken cancellationToken) =>
        OnDiskAsync("remove unfinished files", () => StagingArea.Clean(tree.Root), cancellationToken);

    public Task PutAsync(IReadOnlyCollection<BlobContent> blobs, CancellationToken cancellationToken)
    {
        if (blobs.Select(blob => blob.Path).Distinct().Count() != blobs.Count)
            throw new ArgumentException("Two blobs of one call have the same path.", nameof(blobs));
        return blobs.Count == 0
            ? Task.CompletedTask
            : OnDiskAsync(blobs.Count == 1 ? $"save {blobs.First().Path}" : $"save {blobs.Count} files", () => Put(blobs, cancellationToken), cancellationToken);
    }

    public async Task<long> PutAsync(BlobPath path, Stream content, long? maxBytes, CancellationToken cancellationToken)
    {
        var task = $"save {path}";
        var staged = await OnDiskAsync(task, () => NewStagedFile(), cancellationToken);
        var done = false;
        try
        {
            var length = await StageAsync(task, staged, content, maxBytes, cancellationToken);
            await OnDiskAsync(
                task,
                () =>
                {
                    Name(staged, path);
                    SyncFolders([path]);
                },
                cancellationToken);
            done = true;
            return length;
        }
        finally
        {
            if (!done)
                StagingArea.Discard(staged);
        }
    }

    public async ValueTask<Stream?> OpenReadAsync(BlobPath path, CancellationToken cancellationToken) =>
        await OnDiskAsync($"read {path}", () => Open(path), cancellationToken);

    public IBlobSlices OpenSlices() => new LocalBlobSlices(tree);

    public async ValueTask<byte[]?> ReadAsync(BlobPath path, CancellationToken cancellationToken) =>
        await OnDiskAsync(
            $"read {path}",
            () =>
            {
                using var file = Open(path);
                if (file is null)
                    return null;
                var bytes = new byte[file.Length];
                file.ReadExactly(bytes);
                return bytes;
            },
            cancellationToken);

    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What the prefix would be if one more letter followed: that has to be a path.
        BlobPath.Parse(prefix + "x");
        await foreach (var blob in PagedAsync("list files", () => tree.List(prefix), cancellationToken))
            yield return blob;
    }

    public IAsyncEnumerable<string> ListFoldersAsync(BlobPath folder, CancellationToken cancellationToken) =>
        PagedAsync($"list {folder}", () => tree.ListFolders(folder), cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<BlobPath> paths, CancellationToken cancellationToken) =>
        paths.Count == 0
            ? Task.CompletedTask
            : OnDiskAsync(paths.Count == 1 ? $"delete {paths.First()}" : $"delete {paths.Count} files", () => Delete(paths, cancellationToken), cancellationToken);

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var path = BlobPath.Parse($"probe/{id:N}");
        var bytes = id.ToByteArray();
        await PutAsync([new BlobContent(path, bytes)], cancellationToken);
        var read = await ReadAsync(path, cancellationToken);
        await DeleteAsync([path], cancellationToken);
        if (!bytes.AsSpan().SequenceEqual(read))
            throw new StorageException(StorageFailure.Device, $"A file written to {tree.Root} did not read back as it was written. Check the disk.");
    }

    /// <summary>Lets go of the staging folder. Nothing that was acknowledged depends on it.</summary>
    public void Dispose()
    {
        if (staging is not null)
            Try("close the store", staging.Dispose);
    }

    /// <summary>The staging folder is made by the first write: who only reads leaves no trace, and a full disk today is no full disk tomorrow.</summary>
    private string NewStagedFile()
    {
        lock (stagingLock)
            return (staging ??= new StagingArea(tree.Root, Guid.CreateVersion7(time.GetUtcNow()))).NewFile();
    }

    private void Put(IReadOnlyCollection<BlobContent> blobs, CancellationToken cancellationToken)
    {
        // Watched from before the first write, so that no error of it goes unseen.
        using var fileSystem = blobs.Count >= BatchThreshold ? durability.WatchFileSystem(tree.Root) : null;
        var staged = new Queue<(string File, BlobPath Path)>(blobs.Count);
        try
        {
            foreach (var blob in blobs)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (blob.SkipIfPresent && Meet(blob))
                    continue;
                var file = NewStagedFile();
                staged.Enqueue((file, blob.Path));
                Stage(file, blob.Bytes.Span, sync: fileSystem is null);
            }

            fileSystem?.Sync();
            while (staged.TryPeek(out var next))
            {
                Name(next.File, next.Path);
                staged.Dequeue();
            }

            // Also for blobs that were met: whoever wrote them may not have come to this point.
            if (fileSystem is not null)
                fileSystem.Sync();
            else
                SyncFolders(blobs.Select(blob => blob.Path));
        }
        finally
        {
            // Blobs that have their names stay: another writer may have met them already.
            foreach (var (file, _) in staged)
                StagingArea.Discard(file);
        }
    }

    /// <summary>Whether a content-addressed blob is there already; if so, renews its time.</summary>
    private bool Meet(BlobContent blob)
    {
        if (tree.Find(blob.Path) is not { } file || file.Length != blob.Bytes.Length)
            return false;
        try
        {
            file.LastWriteTimeUtc = time.GetUtcNow().UtcDateTime;
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private void Stage(string file, ReadOnlySpan<byte> bytes, bool sync)
    {
        using var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        RandomAccess.Write(handle, bytes, 0);
        if (sync)
            durability.SyncFile(handle);
    }

    private async Task<long> StageAsync(string task, string file, Stream content, long? maxBytes, CancellationToken cancellationToken)
    {
        using var handle = await OnDiskAsync(
            task, () => File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous), cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBufferLength);
        try
        {
            var length = 0L;
            int read;
            // What the content throws is its own trouble, not the storage's: only the writes are explained.
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (maxBytes is { } limit && length + read > limit)
                    throw new StorageException(StorageFailure.TooLarge, $"The content is larger than the {limit:N0} bytes that are allowed.");
                var (count, offset) = (read, length);
                await OnDiskAsync(task, () => RandomAccess.Write(handle, buffer.AsSpan(0, count), offset), cancellationToken);
                length += read;
            }

            await OnDiskAsync(task, () => durability.SyncFile(handle), cancellationToken);
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Gives a staged file its name.</summary>
    private void Name(string staged, BlobPath path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                tree.MakeFolder(path);
                durability.Rename(staged, tree.FullPath(path));
                return;
            }
            catch (DirectoryNotFoundException) when (attempt < FolderAttempts)
            {
                // A delete removed the folder while it was still empty: once more.
            }
        }
    }

    private void SyncFolders(IEnumerable<BlobPath> paths)
    {
        foreach (var folder in tree.FoldersOf(paths))
            durability.SyncFolder(folder);
    }

    private FileStream? Open(BlobPath path)
    {
        try
        {
            return tree.Find(path) is null
                ? null
                : new FileStream(tree.FullPath(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Delete(IReadOnlyCollection<BlobPath> paths, CancellationToken cancellationToken)
    {
        using var fileSystem = paths.Count >= BatchThreshold ? durability.WatchFileSystem(tree.Root) : null;
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tree.Remove(path);
        }

        tree.RemoveEmptyFolders(paths);
        // Also for those that were not there: whoever deleted them may not have come to this point.
        if (fileSystem is not null)
            fileSystem.Sync();
        else
            SyncFolders(paths);
    }

    /// <summary>Lists in pages, off the caller's thread, as reading folders blocks.</summary>
    private async IAsyncEnumerable<T> PagedAsync<T>(string task, Func<IEnumerable<T>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var entries = await OnDiskAsync(task, () => list().GetEnumerator(), cancellationToken);
        T[] page;
        do
        {
            page = await OnDiskAsync(task, () => NextPage(entries), cancellationToken);
            foreach (var entry in page)
                yield return entry;
        }
        while (page.Length == ListPage);
    }

    private static T[] NextPage<T>(IEnumerator<T> entries)
    {
        var page = new List<T>();
        while (page.Count < ListPage && entries.MoveNext())
            page.Add(entries.Current);
        return [.. page];
    }

    private Task OnDiskAsync(string task, Action work, CancellationToken cancellationToken) => Task.Run(() => Try(task, work), cancellationToken);

    private Task<T> OnDiskAsync<T>(string task, Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                T result = default!;
                Try(task, () => result = work());
                return result;
            },
            cancellationToken);

    private void Try(string task, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (StorageErrors.IsTrouble(e))
        {
            throw StorageErrors.Explain(e, tree.Root, task);
        }
    }
}
