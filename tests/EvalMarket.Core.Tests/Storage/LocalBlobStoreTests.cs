using System.Diagnostics;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

public sealed class LocalBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TestClock clock = new();
    private readonly TestDurability durability = new();
    private readonly LocalBlobStore local;
    private readonly string root;

    public LocalBlobStoreTests()
    {
        root = folder["files"];
        local = new LocalBlobStore(root, clock);
    }

    protected override IBlobStore Store => local;

    public void Dispose()
    {
        local.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_blob_is_a_plain_file_at_its_path()
    {
        await PutAsync("w/acme/dataset.json", [1, 2]);

        Assert.Equal([1, 2], await File.ReadAllBytesAsync(Path.Join(root, "w", "acme", "dataset.json"), Cancel));
    }

    [Fact]
    public async Task A_folder_that_is_filled_and_emptied_while_it_is_removed_is_no_trouble()
    {
        var tree = new BlobTree(root);
        var path = BlobPath.Parse("w/acme/intents/busy/1.json");
        using var removing = new CancellationTokenSource();
        var remover = Task.Run(
            () =>
            {
                while (!removing.IsCancellationRequested)
                    tree.RemoveEmptyFolders([path]);
            },
            Cancel);

        // Often enough that a file comes between the look and the removal, and is gone before a second look.
        for (var i = 0; i < 20_000 && !remover.IsCompleted; i++)
        {
            try
            {
                tree.MakeFolder(path);
                File.Create(tree.FullPath(path)).Dispose();
                tree.Remove(path);
            }
            catch (DirectoryNotFoundException)
            {
                // Removed before the file came: what the store does again, too.
            }
        }

        await removing.CancelAsync();
        await remover;
        Assert.Null(tree.Find(path));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(LocalBlobStore.BatchThreshold, false)]
    public async Task Each_file_is_synced_before_it_gets_its_name_and_every_folder_after(int count, bool canSyncFileSystem)
    {
        durability.CanSyncFileSystem = canSyncFileSystem;
        using var store = new LocalBlobStore(root, clock, durability);

        await store.PutAsync(Batch(count), Cancel);

        var calls = durability.Calls;
        Assert.Equal(Enumerable.Repeat("file", count), calls.Take(count));
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"name {root}/w/acme/sessions/ses_{i}/1.json"), calls.Skip(count).Take(count));
        var folders = Enumerable.Range(0, count).Select(i => $"folder {root}/w/acme/sessions/ses_{i}").Append($"folder {root}/w/acme/sessions").Append($"folder {root}/w/acme").Append($"folder {root}/w").Append($"folder {root}");
        Assert.Equal(folders.Order(StringComparer.Ordinal), calls.Skip(2 * count).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_large_batch_syncs_the_file_system_before_the_names_and_after_them()
    {
        using var store = new LocalBlobStore(root, clock, durability);

        await store.PutAsync(Batch(100), Cancel);

        Assert.Equal("file system", durability.Calls[0]);
        Assert.All(durability.Calls.Skip(1).Take(100), call => Assert.StartsWith("name ", call, StringComparison.Ordinal));
        Assert.Equal(["file system", "watched"], durability.Calls.Skip(101));
    }

    [Fact]
    public async Task A_blob_that_was_met_has_its_folders_synced_too()
    {
        using var store = new LocalBlobStore(root, clock, durability);
        var blob = new BlobContent(BlobPath.Parse("w/acme/a"), new byte[1], SkipIfPresent: true);
        await store.PutAsync([blob], Cancel);
        durability.Calls.Clear();

        await store.PutAsync([blob], Cancel);

        Assert.Equal([$"folder {root}/w/acme", $"folder {root}/w", $"folder {root}"], durability.Calls);
    }

    [Theory]
    [InlineData(1, "file", TestDurability.Eio, StorageFailure.Device)]
    [InlineData(100, "file system", TestDurability.Eio, StorageFailure.Device)]
    [InlineData(1, "file", TestDurability.Enospc, StorageFailure.Full)]
    [InlineData(100, "file system", TestDurability.Enospc, StorageFailure.Full)]
    [InlineData(1, "file", TestDurability.Erofs, StorageFailure.ReadOnly)]
    [InlineData(1, "file", TestDurability.Emfile, StorageFailure.TooManyOpenFiles)]
    [InlineData(1, "name", TestDurability.Enospc, StorageFailure.Full)]
    public async Task What_cannot_be_synced_gets_no_name_and_leaves_nothing(int count, string call, int error, StorageFailure failure)
    {
        using var store = new LocalBlobStore(root, clock, durability);
        durability.Fails = (call, error);

        var e = await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(Batch(count), Cancel));

        Assert.Equal(failure, e.Failure);
        Assert.Contains(failure == StorageFailure.TooManyOpenFiles ? "ulimit" : root, e.Message, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(""));
        Assert.Empty(Directory.EnumerateFiles(Path.Join(root, ".tmp"), "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_stream_that_cannot_be_synced_gets_no_name_and_leaves_nothing()
    {
        using var store = new LocalBlobStore(root, clock, durability);
        durability.Fails = ("file", TestDurability.Eio);

        var e = await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(BlobPath.Parse("w/acme/a"), new MemoryStream(new byte[10]), null, Cancel));

        Assert.Equal(StorageFailure.Device, e.Failure);
        Assert.Empty(await ListAsync(""));
        Assert.Empty(Directory.EnumerateFiles(Path.Join(root, ".tmp"), "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_synced_is_an_error()
    {
        using var store = new LocalBlobStore(root, clock, durability);
        await store.PutAsync(Batch(1), Cancel);
        durability.Fails = ("folder", TestDurability.Eio);

        await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(Batch(1), Cancel));
        await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(BlobPath.Parse("w/acme/a"), new MemoryStream(new byte[10]), null, Cancel));
        await Assert.ThrowsAsync<StorageException>(() => store.DeleteAsync([BlobPath.Parse("w/acme/sessions/ses_0/1.json")], Cancel));
        await Assert.ThrowsAsync<StorageException>(() => store.ProbeAsync(Cancel));
    }

    [Fact]
    public async Task A_folder_above_the_store_that_is_a_link_is_fine_but_none_within_is_followed()
    {
        Directory.CreateSymbolicLink(folder["link"], root);
        using var linked = new LocalBlobStore(folder["link"], clock);
        await linked.PutAsync([new BlobContent(BlobPath.Parse("w/acme/a"), new byte[1])], Cancel);
        Assert.NotNull(await ReadAsync("w/acme/a"));

        Directory.CreateDirectory(folder["outside"]);
        await File.WriteAllTextAsync(folder["outside/secret"], "secret", Cancel);
        Directory.CreateSymbolicLink(Path.Join(root, "w", "evil"), folder["outside"]);
        File.CreateSymbolicLink(Path.Join(root, "w", "acme", "leaf"), folder["outside/secret"]);

        foreach (var path in new[] { "w/evil/secret", "w/acme/leaf" })
        {
            Assert.Equal(StorageFailure.Permission, (await Assert.ThrowsAsync<StorageException>(() => ReadAsync(path))).Failure);
            await Assert.ThrowsAsync<StorageException>(() => Store.DeleteAsync([BlobPath.Parse(path)], Cancel));
        }

        await Assert.ThrowsAsync<StorageException>(() => PutAsync("w/evil/planted", [1]));
        await Assert.ThrowsAsync<StorageException>(() => ListAsync("w/evil/"));
        Assert.Equal(["w/acme/a"], (await ListAsync("")).Select(blob => blob.Path.Value));
        Assert.Equal([folder["outside/secret"]], Directory.EnumerateFileSystemEntries(folder["outside"]));
        Assert.Equal("secret", await File.ReadAllTextAsync(folder["outside/secret"], Cancel));
    }

    [Fact]
    public async Task A_put_over_a_link_replaces_the_link_and_not_what_it_points_to()
    {
        await File.WriteAllTextAsync(folder["outside"], "kept", Cancel);
        Directory.CreateDirectory(Path.Join(root, "w"));
        File.CreateSymbolicLink(Path.Join(root, "w", "a"), folder["outside"]);

        await PutAsync("w/a", [1]);

        Assert.Equal([1], await ReadAsync("w/a"));
        Assert.Equal("kept", await File.ReadAllTextAsync(folder["outside"], Cancel));
    }

    [Fact]
    public async Task Cleaning_removes_what_a_crash_left_and_nothing_of_those_that_live()
    {
        var staging = Path.Join(root, ".tmp");
        Directory.CreateDirectory(Path.Join(staging, "dead"));
        await File.WriteAllTextAsync(Path.Join(staging, "dead.lock"), "", Cancel);
        await File.WriteAllTextAsync(Path.Join(staging, "dead", "1.tmp"), "half", Cancel);
        await PutAsync("w/acme/a", [1]);
        using var next = new LocalBlobStore(root, clock);

        Assert.Equal(1, await next.CleanAsync(Cancel));

        Assert.False(Directory.Exists(Path.Join(staging, "dead")));
        Assert.False(File.Exists(Path.Join(staging, "dead.lock")));
        await PutAsync("w/acme/b", [2]);
        Assert.Equal([1], await ReadAsync("w/acme/a"));
        Assert.Equal([2], await ReadAsync("w/acme/b"));
        Assert.Equal(0, await next.CleanAsync(Cancel));
    }

    [Fact]
    public async Task What_may_not_be_looked_at_is_an_error_and_not_taken_for_absent()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Root may look at everything: needs an ordinary account on Linux or macOS.");
            return;
        }

        await PutAsync("w/acme/sessions/a", [1]);
        File.SetUnixFileMode(Path.Join(root, "w", "acme"), UnixFileMode.None);
        try
        {
            foreach (var refused in new Func<Task>[]
            {
                () => ReadAsync("w/acme/sessions/a"),
                () => ListAsync("w/acme/sessions/"),
                () => ListAsync(""),
                () => PutAsync("w/acme/sessions/b", [1]),
                () => Store.DeleteAsync([BlobPath.Parse("w/acme/sessions/a")], Cancel),
            })
            {
                Assert.Equal(StorageFailure.Permission, (await Assert.ThrowsAsync<StorageException>(refused)).Failure);
            }
        }
        finally
        {
            File.SetUnixFileMode(Path.Join(root, "w", "acme"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Files_that_are_not_blobs_are_not_listed()
    {
        await PutAsync("w/acme/a", [1]);
        await File.WriteAllTextAsync(Path.Join(root, "w", "acme", ".DS_Store"), "", Cancel);
        await File.WriteAllTextAsync(Path.Join(root, "w", "acme", "a copy"), "", Cancel);

        Assert.Equal(["w/acme/a"], (await ListAsync("")).Select(blob => blob.Path.Value));
    }

    [Fact]
    public async Task The_system_syncs_files_folders_and_where_it_can_the_file_system()
    {
        await PutAsync("w/acme/a", [1]);
        var system = new Durability();

        system.SyncFolder(root);
        system.SyncFolder(Path.Join(root, "gone"));
        using (var fileSystem = system.WatchFileSystem(root))
            fileSystem?.Sync();

        var e = Assert.Throws<DirectoryNotFoundException>(() => system.Rename(Path.Join(root, "w", "acme", "a"), Path.Join(root, "gone", "a")));
        Assert.Contains("gone", e.Message, StringComparison.Ordinal);
        // A file cannot take the name of a folder.
        Assert.Throws<IOException>(() => system.Rename(Path.Join(root, "w", "acme", "a"), Path.Join(root, "w")));
    }

    [Fact]
    public async Task A_full_disk_is_told_loses_nothing_and_is_over_when_there_is_space()
    {
        using var disk = SmallDisk.Mount(folder["small"]);
        using var store = new LocalBlobStore(folder["small"], clock);
        var first = new BlobContent(BlobPath.Parse("w/acme/first"), new byte[500_000]);
        await store.PutAsync([first], Cancel);

        var large = await Assert.ThrowsAsync<StorageException>(() => store.PutAsync([new BlobContent(BlobPath.Parse("w/acme/large"), new byte[700_000])], Cancel));
        var stream = await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(BlobPath.Parse("w/acme/stream"), new MemoryStream(new byte[700_000]), null, Cancel));
        var batch = await Assert.ThrowsAsync<StorageException>(() =>
            store.PutAsync([.. Enumerable.Range(0, 70).Select(i => new BlobContent(BlobPath.Parse($"w/acme/batch/{i}"), new byte[10_000]))], Cancel));

        foreach (var e in new[] { large, stream, batch })
        {
            Assert.Equal(StorageFailure.Full, e.Failure);
            Assert.Contains("Free some space", e.Message, StringComparison.Ordinal);
        }

        var names = new List<string>();
        await foreach (var blob in store.ListAsync("", Cancel))
            names.Add(blob.Path.Value);
        Assert.Equal(["w/acme/first"], names);
        Assert.Equal(500_000, (await store.ReadAsync(first.Path, Cancel))!.Length);

        await store.DeleteAsync([first.Path], Cancel);
        await store.PutAsync([new BlobContent(BlobPath.Parse("w/acme/large"), new byte[700_000])], Cancel);
        Assert.Equal(700_000, (await store.ReadAsync(BlobPath.Parse("w/acme/large"), Cancel))!.Length);
    }

    protected override Task LetTimePassAsync()
    {
        clock.Advance(TimeSpan.FromHours(1));
        return Task.CompletedTask;
    }

    private static List<BlobContent> Batch(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new BlobContent(BlobPath.Parse($"w/acme/sessions/ses_{i}/1.json"), new byte[10]))];

    /// <summary>A disk of one megabyte.</summary>
    private sealed class SmallDisk(string path) : IDisposable
    {
        public static SmallDisk Mount(string path)
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsLinux() || !Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path))
                Assert.Skip("Mounting a small tmpfs needs Linux and root.");
            return new SmallDisk(path);
        }

        public void Dispose() => Run("umount", "--lazy", path);

        private static bool Run(string command, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
