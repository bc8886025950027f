namespace EvalMarket.Core.Storage;

/// <summary>
/// Where files are written before they get their names: <c>{root}/.tmp/{owner}/{n}.tmp</c>. A blob path has no leading dot, so nothing in here can be named, listed or met.
/// </summary>
/// <remarks>
/// Each store that writes has a folder and a lock file <c>{root}/.tmp/{owner}.lock</c>, which the system lets go of when the process ends, however it ends:
/// a lock that can be had belongs to somebody who is gone, and what is left in the folder beside it is the litter of a crash.
/// </remarks>
internal sealed class StagingArea : IDisposable
{
    private const string FolderName = ".tmp";

    private readonly FileStream lockFile;
    private readonly string folder;
    private long last;

    public StagingArea(string root, Guid owner)
    {
        var staging = Path.Join(root, FolderName);
        Directory.CreateDirectory(staging);
        folder = Path.Join(staging, owner.ToString("N"));
        lockFile = new FileStream(folder + ".lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Directory.CreateDirectory(folder);
    }

    /// <summary>A name that nobody uses.</summary>
    public string NewFile() => Path.Join(folder, $"{Interlocked.Increment(ref last)}.tmp");

    /// <summary>Removes what did not get a name. Something else has failed already and is being reported, so a failure here only leaves the file for the next cleaning.</summary>
    /// <returns>Whether it is gone.</returns>
    public static bool Discard(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception e) when (StorageErrors.IsTrouble(e))
        {
            return false;
        }
    }

    /// <summary>Removes what processes that are gone have left.</summary>
    /// <returns>How many files that were.</returns>
    public static int Clean(string root)
    {
        var staging = Path.Join(root, FolderName);
        if (!Directory.Exists(staging))
            return 0;
        var removed = 0;
        foreach (var lockPath in Directory.EnumerateFiles(staging, "*.lock"))
        {
            if (!IsAbandoned(lockPath))
                continue;
            var abandoned = lockPath[..^".lock".Length];
            if (Directory.Exists(abandoned))
            {
                removed += Directory.EnumerateFiles(abandoned).Count();
                Directory.Delete(abandoned, recursive: true);
            }

            File.Delete(lockPath);
        }

        return removed;
    }

    public void Dispose()
    {
        // A store may be disposed while the root is already gone, as tests and a removed data directory do.
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        lockFile.Dispose();
        File.Delete(lockFile.Name);
    }

    private static bool IsAbandoned(string lockPath)
    {
        try
        {
            using var held = new FileStream(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its owner lives, or another start is cleaning it.
            return false;
        }
    }
}
