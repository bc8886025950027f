using System.Security.Cryptography;

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>
/// The database's own folder (a "cluster" in PostgreSQL's words): made once, whole or not at all.
/// </summary>
internal sealed class PostgresCluster(string dataDirectory)
{
    internal const string User = "evalmarket";

    private const string UnfinishedPrefix = "postgres.new-";

    internal string Directory { get; } = FolderIn(dataDirectory);

    internal string Log { get; } = Path.Combine(dataDirectory, "postgres.log");

    /// <summary>Only where the server listens on TCP (Windows): the file of its password.</summary>
    private string PasswordFile { get; } = Path.Combine(dataDirectory, "postgres.password");

    /// <summary>The major version that made the folder; null while there is none.</summary>
    /// <exception cref="EmbeddedPostgresException">The folder is there and is not a database.</exception>
    internal static int? MajorVersion(string dataDirectory)
    {
        var folder = FolderIn(dataDirectory);
        if (!System.IO.Directory.Exists(folder))
            return null;
        try
        {
            if (int.TryParse(File.ReadAllText(Path.Combine(folder, "PG_VERSION")), out var version))
                return version;
        }
        catch (FileNotFoundException e)
        {
            throw new EmbeddedPostgresException($"{folder} is there, but is not a PostgreSQL data directory: move it away or restore it from the backup.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EmbeddedPostgresException($"{folder} belongs to another user: start EvalMarket as the user that made it, or as root.", e);
        }

        throw new EmbeddedPostgresException($"{folder}/PG_VERSION holds no version: restore {folder} from the backup.");
    }

    internal string? Password() => OperatingSystem.IsWindows() ? File.ReadAllText(PasswordFile).Trim() : null;

    /// <summary>
    /// Makes the folder under another name and renames it when it is complete and on the disk, so that a start that was killed half way
    /// leaves nothing that looks like a database.
    /// </summary>
    internal async Task CreateAsync(PostgresBinaries binaries, ServerAccount account, CancellationToken cancellationToken)
    {
        foreach (var unfinished in System.IO.Directory.GetDirectories(dataDirectory, UnfinishedPrefix + "*"))
            System.IO.Directory.Delete(unfinished, recursive: true);

        var folder = Path.Combine(dataDirectory, UnfinishedPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
        System.IO.Directory.CreateDirectory(folder);
        await account.OwnAsync(folder, cancellationToken);
        List<string> command = [.. account.Prefix, binaries.InitDb, "-D", folder, "--username", User, "--encoding=UTF8", "--no-instructions"];

        // C.UTF-8 of PostgreSQL itself: the same order and the same upper and lower case on every system, whatever its locales. Older ones lack it.
        command.AddRange(binaries.Major >= 17 ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : ["--locale=C"]);
        if (OperatingSystem.IsWindows())
        {
            await File.WriteAllTextAsync(PasswordFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), cancellationToken);
            command.AddRange(["--auth=scram-sha-256", "--pwfile", PasswordFile]);
        }
        else
        {
            // The socket lies in a folder that only this user may enter; there is no other way in.
            command.Add("--auth=trust");
        }

        var made = await Command.RunAsync(command, cancellationToken);
        if (!made.Succeeded)
        {
            System.IO.Directory.Delete(folder, recursive: true);
            throw new EmbeddedPostgresException($"The database could not be prepared in {dataDirectory}: {made.Summary}");
        }

        System.IO.Directory.Move(folder, Directory);
        if (!OperatingSystem.IsWindows())
        {
            var synced = await Command.RunAsync(["sync", dataDirectory], cancellationToken);
            if (!synced.Succeeded)
                throw new EmbeddedPostgresException($"The database in {dataDirectory} could not be written to the disk: {synced.Summary}");
        }
    }

    /// <summary>What went wrong by the server's own log, from a position on, in one line.</summary>
    internal string LogSince(long position)
    {
        if (!File.Exists(Log))
            return "";
        using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(Math.Min(position, file.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var grave = lines.Where(line => line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("PANIC:", StringComparison.Ordinal)).ToArray();
        return string.Join(" | ", (grave.Length > 0 ? grave : lines).TakeLast(3));
    }

    /// <summary>
    /// Keeps the log bounded: past <paramref name="limit"/> bytes its content moves to <c>postgres.log.1</c>. The server appends to the
    /// file that it was started with, which is therefore emptied and not renamed.
    /// </summary>
    internal void TrimLog(long limit)
    {
        var log = new FileInfo(Log);
        if (!log.Exists || log.Length <= limit)
            return;
        File.Copy(Log, Log + ".1", overwrite: true);
        using var file = new FileStream(Log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    }

    private static string FolderIn(string dataDirectory) => Path.Combine(dataDirectory, "postgres");
}
