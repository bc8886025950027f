using Microsoft.Win32.SafeHandles;

namespace EvalMarket.Core.Storage;

/// <summary>
/// How written data is made to survive a power failure. All of it goes through here, so that a test can make it fail.
/// Everything throws <see cref="IOException"/> with the system's error number as <see cref="Exception.HResult"/>.
/// </summary>
internal interface IDurability
{
    /// <summary>Makes the content of an open file durable.</summary>
    void SyncFile(SafeFileHandle file);

    /// <summary>Makes the names in a folder durable. A folder that is gone needs nothing.</summary>
    void SyncFolder(string folder);

    /// <summary>Gives a folder entry another name, in one step, replacing what stands there.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of <paramref name="to"/> is not there.</exception>
    void Rename(string from, string to);

    /// <summary>Starts to watch the file system of <paramref name="root"/> for a batch of writes; null where syncing it whole is not possible, or would not report errors.</summary>
    IFileSystemSync? WatchFileSystem(string root);
}

/// <summary>Makes everything durable that was written to a file system since this was made, contents and names, and reports any error since then.</summary>
internal interface IFileSystemSync : IDisposable
{
    void Sync();
}
