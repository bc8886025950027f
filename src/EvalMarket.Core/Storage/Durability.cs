using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EvalMarket.Core.Storage;

/// <summary>Durability by the system's own calls, which .NET offers for files only.</summary>
internal sealed partial class Durability : IDurability
{
    private const int Enoent = 2;
    private const int Eintr = 4;

    /// <summary>File systems whose <c>syncfs</c> is known to write everything out and to report what failed. Others (FUSE and overlays swallow it) get an fsync for every file.</summary>
    private static readonly HashSet<string> SyncableFileSystems = new(StringComparer.OrdinalIgnoreCase) { "ext2", "ext3", "ext4", "ext2/ext3", "xfs", "btrfs", "f2fs", "tmpfs" };

    public void SyncFile(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
            RandomAccess.FlushToDisk(file);
        // fsync of macOS leaves the data in the drive's cache.
        else if (OperatingSystem.IsMacOS())
            Check(() => Libc.Fcntl(file, Libc.FullFsync));
        else
            Check(() => Libc.Fsync(file));
    }

    public void SyncFolder(string folder)
    {
        // NTFS keeps a journal of names, and has no call to flush a folder.
        if (OperatingSystem.IsWindows())
            return;
        using var handle = OpenFolder(folder);
        if (handle is not null)
            SyncFile(handle);
    }

    public void Rename(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: true);
            return;
        }

        // Not File.Move: across file systems it copies, and a copy is neither one step nor durable.
        if (Libc.Rename(from, to) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error == Enoent ? new DirectoryNotFoundException($"There is no folder for {to}.") : Failure(error);
        }
    }

    public IFileSystemSync? WatchFileSystem(string root)
    {
        // Before Linux 5.8 syncfs does not report that data could not be written.
        if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < new Version(5, 8) || !SyncableFileSystems.Contains(new DriveInfo(root).DriveFormat))
            return null;
        return OpenFolder(root) is { } handle ? new LinuxFileSystemSync(handle) : throw new DirectoryNotFoundException($"The folder {root} is not there.");
    }

    private static SafeFileHandle? OpenFolder(string folder)
    {
        var handle = Libc.Open(folder, OperatingSystem.IsMacOS() ? Libc.CloseOnExecMacOS : Libc.CloseOnExecLinux);
        if (!handle.IsInvalid)
            return handle;
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        return error == Enoent ? null : throw Failure(error);
    }

    private static void Check(Func<int> call)
    {
        while (call() != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Eintr)
                throw Failure(error);
        }
    }

    private static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    /// <summary>The handle is opened before the first write: the kernel reports to it the errors since then, also those of data that it wrote out on its own account.</summary>
    private sealed class LinuxFileSystemSync(SafeFileHandle folder) : IFileSystemSync
    {
        public void Sync() => Check(() => Libc.SyncFs(folder));

        public void Dispose() => folder.Dispose();
    }

    private static partial class Libc
    {
        public const int CloseOnExecLinux = 0x80000;
        public const int CloseOnExecMacOS = 0x1000000;
        public const int FullFsync = 51;

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial SafeFileHandle Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static partial int Fsync(SafeFileHandle file);

        [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
        public static partial int Fcntl(SafeFileHandle file, int command);

        [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
        public static partial int SyncFs(SafeFileHandle file);

        [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Rename(string from, string to);
    }
}
