namespace EvalMarket.Core.Storage;

/// <summary>Says what an error of the system means, and what a person can do about it.</summary>
internal static class StorageErrors
{
    /// <summary>Whether an exception is the storage's trouble, and not yet told as such.</summary>
    /// <remarks>.NET reports a file size limit (EFBIG) as an <see cref="ArgumentOutOfRangeException"/>.</remarks>
    public static bool IsTrouble(Exception e) => e is (IOException or UnauthorizedAccessException or ArgumentOutOfRangeException) and not StorageException;

    public static StorageException Explain(Exception e, string root, string task)
    {
        var failure = Classify(e);
        var advice = failure switch
        {
            StorageFailure.Full => $"The disk, a quota or a file size limit is exhausted at {root}. Free some space, then try again.",
            StorageFailure.Device => $"The disk that holds {root} reported an error. Look at the system's log and check the disk before going on.",
            StorageFailure.Permission => $"The account that the app runs as may not do this in {root}. Give it back the ownership of the folder and everything in it.",
            StorageFailure.ReadOnly => $"The file system that holds {root} is read-only. The system's log says why; mount it writable again.",
            StorageFailure.TooManyOpenFiles => "Too many files are open. Raise the limit (ulimit -n), then try again.",
            _ => $"The folder is {root}.",
        };
        return new StorageException(failure, $"Could not {task}: {advice} ({e.Message})", e);
    }

    private static StorageFailure Classify(Exception e) => e switch
    {
        ArgumentOutOfRangeException => StorageFailure.Full,
        _ when OperatingSystem.IsWindows() => FromWindows(e),
        _ => FromErrno(e),
    };

    /// <summary>.NET keeps the error number of Unix in <see cref="Exception.HResult"/>, or within the cause when it has an exception type of its own.</summary>
    private static StorageFailure FromErrno(Exception e) => e.HResult switch
    {
        28 => StorageFailure.Full, // ENOSPC
        27 => StorageFailure.Full, // EFBIG
        122 when OperatingSystem.IsLinux() => StorageFailure.Full, // EDQUOT
        69 when OperatingSystem.IsMacOS() => StorageFailure.Full, // EDQUOT
        5 => StorageFailure.Device, // EIO
        1 or 13 => StorageFailure.Permission, // EPERM, EACCES
        30 => StorageFailure.ReadOnly, // EROFS
        23 or 24 => StorageFailure.TooManyOpenFiles, // ENFILE, EMFILE
        _ when e is UnauthorizedAccessException => StorageFailure.Permission,
        _ => StorageFailure.Other,
    };

    /// <summary>The low word of an HRESULT is the Win32 error.</summary>
    private static StorageFailure FromWindows(Exception e) => (e.HResult & 0xffff) switch
    {
        39 or 112 or 1295 => StorageFailure.Full, // HANDLE_DISK_FULL, DISK_FULL, DISK_QUOTA_EXCEEDED
        23 or 483 or 1117 => StorageFailure.Device, // CRC, DEVICE_HARDWARE_ERROR, IO_DEVICE
        5 => StorageFailure.Permission, // ACCESS_DENIED
        19 => StorageFailure.ReadOnly, // WRITE_PROTECT
        4 => StorageFailure.TooManyOpenFiles, // TOO_MANY_OPEN_FILES
        _ => StorageFailure.Other,
    };
}
