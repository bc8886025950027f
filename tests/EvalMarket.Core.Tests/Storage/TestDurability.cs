using EvalMarket.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace EvalMarket.Core.Tests.Storage;

/// <summary>The system's durability, which keeps a record of what was asked and can be told to fail.</summary>
internal sealed class TestDurability : IDurability
{
    public const int Eio = 5;
    public const int Enospc = 28;
    public const int Erofs = 30;
    public const int Emfile = 24;

    private readonly Durability system = new();

    /// <summary>In the order in which they were asked: <c>file</c>, <c>folder {path}</c>, <c>name {path}</c>, <c>file system</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The kind of call that fails, and with what.</summary>
    public (string Call, int Error)? Fails { get; set; }

    public bool CanSyncFileSystem { get; set; } = true;

    public void SyncFile(SafeFileHandle file)
    {
        Record("file");
        system.SyncFile(file);
    }

    public void SyncFolder(string folder)
    {
        Record($"folder {folder}");
        system.SyncFolder(folder);
    }

    public void Rename(string from, string to)
    {
        Record($"name {to}");
        system.Rename(from, to);
    }

    public IFileSystemSync? WatchFileSystem(string root) => CanSyncFileSystem ? new Watched(this) : null;

    private void Record(string call)
    {
        lock (Calls)
            Calls.Add(call);
        if (Fails is { } failing && (call == failing.Call || call.StartsWith(failing.Call + " /", StringComparison.Ordinal)))
            throw new IOException("Made to fail.", failing.Error);
    }

    private sealed class Watched(TestDurability durability) : IFileSystemSync
    {
        public void Sync() => durability.Record("file system");

        public void Dispose() => durability.Calls.Add("watched");
    }
}
