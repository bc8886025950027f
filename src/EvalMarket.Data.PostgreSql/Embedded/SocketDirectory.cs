using System.Net.Sockets;
using System.Text;

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>The folder of the server's Unix socket: only the server's user may enter it.</summary>
internal static class SocketDirectory
{
    /// <summary>The socket's name; the port is part of it and nothing more.</summary>
    internal const int Port = 5432;

    private const string TemporaryPrefix = "evalmarket-";

    // sockaddr_un has 104 bytes on macOS and 108 on Linux, the closing zero included.
    private const int LongestPath = 103;

    /// <summary>
    /// The database's own folder, if a socket can be made there; else (a long path, a character that PostgreSQL's or Npgsql's settings
    /// give a meaning, a file system without sockets) a new private folder among the temporary ones.
    /// </summary>
    internal static async Task<string> ChooseAsync(string clusterDirectory, string dataDirectory, ServerAccount account, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return "";
        if (Fits(clusterDirectory) && TakesSockets(dataDirectory))
            return clusterDirectory;

        var temporary = Path.TrimEndingDirectorySeparator(Path.GetTempPath());
        var parent = Fits(Path.Combine(temporary, TemporaryPrefix + "XXXXXXXX")) ? temporary : "/tmp";

        // mktemp makes the folder with mode 0700 and a name that no one could have taken before.
        var made = await Command.RunAsync(["mktemp", "-d", Path.Combine(parent, TemporaryPrefix + "XXXXXXXX")], cancellationToken);
        if (!made.Succeeded)
            throw new EmbeddedPostgresException($"No folder for the database's socket could be made in {parent}: {made.Summary}");
        var folder = made.Output.Trim();
        await account.OwnAsync(folder, cancellationToken);
        return folder;
    }

    /// <summary>Deletes the folder if it was made by <see cref="ChooseAsync"/> among the temporary ones.</summary>
    internal static void Remove(string folder)
    {
        if (!Path.GetFileName(folder).StartsWith(TemporaryPrefix, StringComparison.Ordinal) || !Directory.Exists(folder))
            return;
        foreach (var name in new[] { $".s.PGSQL.{Port}", $".s.PGSQL.{Port}.lock" })
            File.Delete(Path.Combine(folder, name));
        Directory.Delete(folder);
    }

    private static bool Fits(string folder) =>
        folder.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-')
        && Encoding.UTF8.GetByteCount($"{folder}/.s.PGSQL.{Port}") <= LongestPath;

    private static bool TakesSockets(string folder)
    {
        var path = Path.Combine(folder, ".s.probe");
        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
            return false;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
