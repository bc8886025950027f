using System.IO.Enumeration;

namespace EvalMarket.Core.Storage;

/// <summary>The folders and files under the root of a local store: finds them without ever following a symbolic link.</summary>
internal sealed class BlobTree(string root)
{
    private const int NotEmptyLinux = 39;
    private const int NotEmptyMacOS = 66;
    private const int NotEmptyWindows = unchecked((int)0x80070091);

    /// <summary>With no separator at the end.</summary>
    public string Root { get; } = root;

    public string FullPath(BlobPath path) => Path.Join(Root, path.Value);

    /// <summary>The file of a blob, or null when it is not there.</summary>
    /// <exception cref="StorageException">Something on the way is a symbolic link.</exception>
    public FileInfo? Find(BlobPath path)
    {
        var file = FullPath(path);
        return FolderExists(FolderOf(path)) && AttributesOf(file) is { } attributes && !attributes.HasFlag(FileAttributes.Directory) ? new FileInfo(file) : null;
    }

    /// <summary>Whether a folder, given by its path from the root, is there.</summary>
    /// <exception cref="StorageException">Something on the way is a symbolic link.</exception>
    public bool FolderExists(string folder) =>
        FromRoot(folder).All(ancestor => AttributesOf(ancestor) is { } attributes && attributes.HasFlag(FileAttributes.Directory));

    /// <summary>Makes the folder of a blob, and all above it.</summary>
    /// <exception cref="StorageException">Something on the way is a symbolic link.</exception>
    public void MakeFolder(BlobPath path)
    {
        var folder = FolderOf(path);
        if (FolderExists(folder))
            return;
        Directory.CreateDirectory(Path.Join(Root, folder));
        FolderExists(folder);
    }

    /// <summary>The folders of a set of blobs and all above them, up to the root; full paths, deepest first.</summary>
    /// <remarks>
    /// All, and not just those that a write made: another writer may have made a folder and not yet synced it.
    /// To sync a folder in which nothing changed costs nearly nothing.
    /// </remarks>
    public IEnumerable<string> FoldersOf(IEnumerable<BlobPath> paths) =>
        paths.Select(FolderOf).Distinct(StringComparer.Ordinal).SelectMany(FromRoot).Distinct(StringComparer.Ordinal).OrderByDescending(folder => folder.Length);

    /// <summary>Removes the file of a blob, if it is there.</summary>
    /// <exception cref="StorageException">Something on the way is a symbolic link.</exception>
    public void Remove(BlobPath path)
    {
        try
        {
            Find(path)?.Delete();
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else removed it, and the folder with it: just as well.
        }
    }

    /// <summary>Removes the folders of a set of blobs, and those above them, as far as they are empty.</summary>
    public void RemoveEmptyFolders(IEnumerable<BlobPath> paths)
    {
        foreach (var folder in FoldersOf(paths).Where(folder => folder.Length > Root.Length))
        {
            try
            {
                if (IsEmpty(folder))
                    Directory.Delete(folder);
            }
            catch (DirectoryNotFoundException)
            {
                // Somebody else removed it: just as well.
            }
            catch (IOException e) when (e.HResult is NotEmptyLinux or NotEmptyMacOS or NotEmptyWindows)
            {
                // Somebody put a blob there since we looked: then it stays. It may be gone again by now, and its folder with it, so looking would say nothing.
            }
        }
    }

    /// <summary>Every blob whose path begins with a prefix.</summary>
    public IEnumerable<BlobInfo> List(string prefix)
    {
        var folder = prefix.LastIndexOf('/') is var slash and > 0 ? prefix[..slash] : "";
        if (!FolderExists(folder))
            return [];
        return Entries(() => new FileSystemEnumerable<BlobInfo>(
            Path.Join(Root, folder),
            (ref entry) => new BlobInfo(BlobPath.Parse(PathOf(ref entry)), entry.Length, entry.LastWriteTimeUtc),
            // An unreadable folder is an error, not an empty one: what a listing leaves out may be taken for garbage.
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
        {
            ShouldRecursePredicate = (ref entry) => BlobPath.IsSegment(entry.FileName),
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && BlobPath.IsSegment(entry.FileName) && PathOf(ref entry).StartsWith(prefix, StringComparison.Ordinal),
        });
    }

    /// <summary>The names of the folders directly within a folder.</summary>
    public IEnumerable<string> ListFolders(BlobPath folder)
    {
        if (!FolderExists(folder.Value))
            return [];
        return Entries(() => new FileSystemEnumerable<string>(
            FullPath(folder),
            (ref entry) => entry.FileName.ToString(),
            new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref entry) => entry.IsDirectory && BlobPath.IsSegment(entry.FileName),
        });
    }

    private static string FolderOf(BlobPath path) => path.Value[..Math.Max(0, path.Value.LastIndexOf('/'))];

    /// <summary>The root, and then each folder down to the given one; full paths.</summary>
    private IEnumerable<string> FromRoot(string folder)
    {
        yield return Root;
        for (var end = 0; folder.Length > 0 && end < folder.Length;)
        {
            end = folder.IndexOf('/', end + 1) is var slash and > 0 ? slash : folder.Length;
            yield return Path.Join(Root, folder[..end]);
        }
    }

    private string PathOf(ref FileSystemEntry entry) => entry.ToFullPath()[(Root.Length + 1)..].Replace('\\', '/');

    /// <summary>The enumerable opens its folder when it is made: one that a delete has just removed has no entries.</summary>
    private static IEnumerable<T> Entries<T>(Func<IEnumerable<T>> open)
    {
        try
        {
            return open();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static bool IsEmpty(string folder) => !Directory.EnumerateFileSystemEntries(folder).Any();

    /// <summary>What stands at a path, null for nothing.</summary>
    /// <remarks>
    /// Not <see cref="File.Exists(string)"/>, which takes what it may not look at, or cannot read, for something that is not there.
    /// The root itself may be a link, whoever set it up meant it; within it nobody but the store makes anything, and the store makes no links.
    /// </remarks>
    private FileAttributes? AttributesOf(string path)
    {
        FileAttributes attributes;
        try
        {
            attributes = File.GetAttributes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return !attributes.HasFlag(FileAttributes.ReparsePoint) || path.Length == Root.Length
            ? attributes
            : throw new StorageException(StorageFailure.Permission, $"{path} is a symbolic link, and the store follows none. Put the files there instead, or mount what it points to.");
    }
}
