namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>
/// Who the server runs as. PostgreSQL refuses to run as root, so an application that runs as root (containers, CI) starts it as an
/// unprivileged user that owns the database's files and nothing else.
/// </summary>
/// <param name="Owner"><c>uid:gid</c> of that user; null when the server runs as the application's own user.</param>
/// <param name="Prefix">What goes before a command so that it runs as that user.</param>
internal sealed record ServerAccount(string? Owner, IReadOnlyList<string> Prefix)
{
    // In this order: the account made for it, the accounts made for owning nothing.
    private static readonly string[] Names = ["postgres", "nobody", "daemon"];

    /// <summary>
    /// Chooses the user and finds out how much it needs to reach the programs and the data directory. Both may lie under folders that
    /// only root may enter (its home, a private temporary folder). Then the server keeps one capability of root's: reading past
    /// permissions, or, where a container does not have that one to give, reading and writing past them.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">No such user, no setpriv, or no way for the user to reach the files.</exception>
    internal static async Task<ServerAccount> ChooseAsync(PostgresBinaries binaries, string dataDirectory, string clusterDirectory, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return new ServerAccount(null, []);
        if (!OperatingSystem.IsLinux())
            throw new EmbeddedPostgresException("PostgreSQL does not run as root: start EvalMarket as an ordinary user.");

        var version = await Command.RunAsync(["setpriv", "--version"], cancellationToken);
        if (!version.Output.Contains("util-linux", StringComparison.Ordinal))
        {
            throw new EmbeddedPostgresException(
                "PostgreSQL does not run as root, and giving its process another user needs `setpriv` of util-linux: install util-linux, start EvalMarket as an ordinary user, or set Database:Provider=PostgreSql.");
        }

        var owner = await OwnerOfAsync(clusterDirectory, cancellationToken) ?? await KnownUserAsync(cancellationToken);
        var ids = owner.Split(':');
        string[] setpriv = ["setpriv", "--reuid", ids[0], "--regid", ids[1], "--clear-groups", "--no-new-privs"];

        // access(2) takes the capabilities of a process with an ordinary user id for nothing, unless the kernel is told not to
        // (no_setuid_fixup), and PostgreSQL looks for its own programs with access(2).
        string[][] reaches =
        [
            ["--inh-caps=-all"],
            ["--securebits=+no_setuid_fixup", "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"],
            ["--securebits=+no_setuid_fixup", "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"],
        ];
        var refusals = new List<string>();
        foreach (var reach in reaches)
        {
            string[] prefix = [.. setpriv, .. reach];

            // `initdb --show` looks for the other programs and reads its templates as a real run does, and changes nothing.
            var probe = await Command.RunAsync(
                [.. prefix, "/bin/sh", "-c", "cd \"$1\" && exec \"$0\" --show -D \"$1\"", binaries.InitDb, dataDirectory], cancellationToken);
            if (probe.Succeeded)
                return new ServerAccount(owner, prefix);
            refusals.Add(probe.Summary);
        }

        throw new EmbeddedPostgresException(
            $"EvalMarket runs as root, PostgreSQL as user {ids[0]}, and that user cannot reach {binaries.Directory} or {dataDirectory}: move them under folders that everyone may enter, or start EvalMarket as an ordinary user ({string.Join("; ", refusals.Distinct(StringComparer.Ordinal))}).");
    }

    /// <summary>Gives a folder and what is in it to the server's user, with no one else let in.</summary>
    internal async Task OwnAsync(string directory, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return;
        if (Owner is not null)
        {
            var changed = await Command.RunAsync(["chown", "-R", "-h", Owner, directory], cancellationToken);
            if (!changed.Succeeded)
                throw new EmbeddedPostgresException($"The folder {directory} cannot be given to the database's user {Owner}: {changed.Summary}");
        }

        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The user that a database was made with stays its user, so that it can be started by root and by that user in turn.</summary>
    private static async Task<string?> OwnerOfAsync(string clusterDirectory, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(clusterDirectory))
            return null;
        var said = await Command.RunAsync(["stat", "-c", "%u:%g", clusterDirectory], cancellationToken);
        var owner = said.Output.Trim();
        if (!said.Succeeded || owner.StartsWith("0:", StringComparison.Ordinal))
            return null;
        var known = await Command.RunAsync(["id", "-un", owner.Split(':')[0]], cancellationToken);
        return known.Succeeded ? owner : null;
    }

    private static async Task<string> KnownUserAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Names)
        {
            var user = await Command.RunAsync(["id", "-u", name], cancellationToken);
            var group = await Command.RunAsync(["id", "-g", name], cancellationToken);
            if (user.Succeeded && group.Succeeded && user.Output.Trim() != "0")
                return $"{user.Output.Trim()}:{group.Output.Trim()}";
        }

        throw new EmbeddedPostgresException(
            $"PostgreSQL does not run as root, and none of the users {string.Join(", ", Names)} exists: create one with `useradd --system postgres`, or start EvalMarket as an ordinary user.");
    }
}
