namespace EvalMarket.TestKit;

/// <summary>Folders of tests.</summary>
public static class TestFolder
{
    /// <summary>A new, empty one that others can pass through: the embedded server may run under another account.</summary>
    public static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("evalmarket-test-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        return folder;
    }

    /// <summary>Real files of other tools, which are not part of the repository: the folder <c>shared/fixtures</c> beside a parent of this build; null where it is not there.</summary>
    public static string? SharedFixtures()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "fixtures");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
