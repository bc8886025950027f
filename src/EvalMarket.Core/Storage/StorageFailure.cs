namespace EvalMarket.Core.Storage;

/// <summary>What kind of trouble the storage is in: decides what a person can do about it.</summary>
public enum StorageFailure
{
    /// <summary>Anything not named below.</summary>
    Other,

    /// <summary>The disk, a quota or a file size limit is exhausted. Free space and try again.</summary>
    Full,

    /// <summary>The device failed to read, or to make written data durable. Look at the system's log and at the disk.</summary>
    Device,

    /// <summary>The process may not read or write there.</summary>
    Permission,

    /// <summary>The file system is mounted read-only, often by the kernel after an error.</summary>
    ReadOnly,

    /// <summary>The process or the machine has too many files open.</summary>
    TooManyOpenFiles,

    /// <summary>The content is larger than the caller allows.</summary>
    TooLarge,

    /// <summary>Something that a reference names is not there.</summary>
    Missing,

    /// <summary>What is there is not what its reference says.</summary>
    Corrupt,

    /// <summary>Something else is there already.</summary>
    Conflict,

    /// <summary>A change took longer than its lease, and recovery may have undone it: it must not commit.</summary>
    LeaseLost,
}
