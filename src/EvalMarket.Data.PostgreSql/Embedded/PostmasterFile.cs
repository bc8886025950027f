using System.Diagnostics;
using System.Globalization;

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>
/// What <c>postmaster.pid</c> says: the note that a running PostgreSQL keeps in its data directory, and that stays behind after
/// <c>kill -9</c> or a power cut. Its lines are those of PostgreSQL's <c>miscadmin.h</c> (LOCK_FILE_LINE_*).
/// </summary>
internal sealed record PostmasterFile(int ProcessId, int Port, string SocketDirectory)
{
    internal const string Name = "postmaster.pid";

    /// <summary>Null when there is none; a file that was cut short gives process 0.</summary>
    internal static PostmasterFile? Read(string clusterDirectory)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(clusterDirectory, Name));
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        return new PostmasterFile(Number(0), Number(3), lines.ElementAtOrDefault(4)?.Trim() ?? "");

        // A postmaster that was started on its own in single-user mode writes its number with a minus.
        int Number(int line) => int.TryParse(lines.ElementAtOrDefault(line), CultureInfo.InvariantCulture, out var value) ? Math.Abs(value) : 0;
    }

    /// <summary>
    /// Whether the process still is this data directory's server. Process numbers are used again (always in containers, after a reboot
    /// elsewhere), and a copied data directory carries the original's note: a server is known by its working directory, which is its
    /// data directory.
    /// </summary>
    internal async Task<ServerPresence> PresenceAsync(string clusterDirectory, ServerAccount account, CancellationToken cancellationToken)
    {
        if (ProcessId == 0)
            return ServerPresence.None;
        string name;
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            name = process.HasExited ? "" : process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return ServerPresence.None;
        }

        if (!name.StartsWith("postgres", StringComparison.Ordinal) || HasEnded(ProcessId))
            return ServerPresence.None;
        return await WorkingDirectoryAsync(account, cancellationToken) switch
        {
            null => ServerPresence.Unclear,
            var folder when folder == clusterDirectory => ServerPresence.Here,
            _ => ServerPresence.None,
        };
    }

    /// <summary>
    /// Whether a process has ended, though its parent may not have asked how: such a "zombie" still has its number and its name, and stays
    /// for as long as the parent likes (in a container without an init, for ever).
    /// </summary>
    internal static bool HasEnded(int processId)
    {
        if (!OperatingSystem.IsLinux())
        {
            try
            {
                using var process = Process.GetProcessById(processId);
                return process.HasExited;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                return true;
            }
        }

        try
        {
            var status = File.ReadAllText($"/proc/{processId}/stat");
            return status[status.LastIndexOf(')') + 2] is 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>
    /// Takes a note that nothing stands behind away, and what lies beside it for the socket: PostgreSQL itself would only see that some
    /// process has the number. A socket elsewhere is touched only if it is this directory's: the note of a copy names the original's.
    /// </summary>
    internal void Discard(string clusterDirectory)
    {
        File.Delete(Path.Combine(clusterDirectory, Name));
        foreach (var name in new[] { $".s.PGSQL.{Port}", $".s.PGSQL.{Port}.lock" })
            File.Delete(Path.Combine(clusterDirectory, name));

        var socketLock = Path.Combine(SocketDirectory, $".s.PGSQL.{Port}.lock");
        if (File.Exists(socketLock) && File.ReadLines(socketLock).ElementAtOrDefault(1) == clusterDirectory)
            Embedded.SocketDirectory.Remove(SocketDirectory);
    }

    /// <summary>Asked as the server's own user: in a container even root may not look at another user's processes.</summary>
    private async Task<string?> WorkingDirectoryAsync(ServerAccount account, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return null;
        if (OperatingSystem.IsLinux())
        {
            var link = await Command.RunAsync([.. account.Prefix, "readlink", $"/proc/{ProcessId}/cwd"], cancellationToken);
            return link.Succeeded ? link.Output.TrimEnd('\n') : null;
        }

        var said = await Command.RunAsync(["lsof", "-a", "-p", $"{ProcessId}", "-d", "cwd", "-Fn"], cancellationToken);
        return said.Output.Split('\n').FirstOrDefault(line => line.StartsWith('n'))?[1..];
    }
}

/// <summary>What is known of the process that a note names.</summary>
internal enum ServerPresence
{
    /// <summary>It has ended, or the number now belongs to something else.</summary>
    None,

    /// <summary>It is a PostgreSQL server, and the operating system does not say of which directory.</summary>
    Unclear,

    /// <summary>It serves this directory.</summary>
    Here,
}
