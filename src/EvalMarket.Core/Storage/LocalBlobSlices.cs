using Microsoft.Win32.SafeHandles;

namespace EvalMarket.Core.Storage;

/// <summary>
/// Slices of local files. Reads within the call: what is exported is most often in the system's cache, and handing each 256 KB to another thread costs more than reading them. Folders are looked at once.
/// </summary>
internal sealed class LocalBlobSlices(BlobTree tree) : IBlobSlices
{
    private readonly HashSet<string> folders = new(StringComparer.Ordinal);
    private SafeFileHandle? file;
    private BlobPath open;

    public ValueTask ReadAsync(BlobPath path, long offset, Memory<byte> target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (file is null || open != path)
            {
                file?.Dispose();
                file = null;
                file = Open(path);
                open = path;
            }

            while (!target.IsEmpty)
            {
                var read = RandomAccess.Read(file, target.Span, offset);
                if (read == 0)
                {
                    throw new StorageException(StorageFailure.Corrupt, $"The file {path} is shorter than it was written. Restore it from a backup.");
                }

                offset += read;
                target = target[read..];
            }

            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (StorageErrors.IsTrouble(e))
        {
            throw StorageErrors.Explain(e, tree.Root, $"read {path}");
        }
    }

    public ValueTask DisposeAsync()
    {
        file?.Dispose();
        file = null;
        return ValueTask.CompletedTask;
    }

    private SafeFileHandle Open(BlobPath path)
    {
        var folder = path.Value[..Math.Max(0, path.Value.LastIndexOf('/'))];
        try
        {
            if (folders.Contains(folder) || tree.FolderExists(folder))
            {
                folders.Add(folder);
                var full = tree.FullPath(path);
                // Never through a link; the attributes are those of the link itself.
                if (!File.GetAttributes(full).HasFlag(FileAttributes.ReparsePoint))
                {
                    return File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                }
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // As below.
        }

        throw new StorageException(StorageFailure.Missing, $"The file {path} is not in the store. Restore it from a backup.");
    }
}
