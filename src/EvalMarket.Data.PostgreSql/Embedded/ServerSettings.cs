namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>
/// How the private server is set up. The settings are arguments of its command line and not lines of postgresql.conf, so that they are
/// always those of the version of EvalMarket that starts it.
/// </summary>
internal static class ServerSettings
{
    /// <summary>Connections that the application's pool may hold; the rest is for maintenance.</summary>
    internal const int PoolSize = 80;

    private const long Megabyte = 1024 * 1024;

    internal static IEnumerable<string> Arguments(string socketDirectory, int port) =>
        Values(socketDirectory, port).SelectMany(setting => new[] { "-c", $"{setting.Name}={setting.Value}" });

    private static IEnumerable<(string Name, string Value)> Values(string socketDirectory, int port)
    {
        if (OperatingSystem.IsWindows())
        {
            yield return ("listen_addresses", "127.0.0.1");
        }
        else
        {
            yield return ("listen_addresses", "");
            yield return ("unix_socket_directories", socketDirectory);
            yield return ("unix_socket_permissions", "0700");
        }

        yield return ("port", $"{port}");
        yield return ("max_connections", "100");

        // The machine is shared with the application: an eighth of its memory, from 128 MB to 1 GB.
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte;
        yield return ("shared_buffers", $"{Math.Clamp(memory / 8, 128, 1024)}MB");
        yield return ("effective_cache_size", $"{Math.Max(memory / 2, 256)}MB");
        yield return ("maintenance_work_mem", $"{Math.Clamp(memory / 16, 64, 256)}MB");
        yield return ("work_mem", "16MB");

        // What was acknowledged is on the disk.
        yield return ("fsync", "on");
        yield return ("synchronous_commit", "on");
        yield return ("full_page_writes", "on");

        // Imports write in bulk; compiling the short queries of pages costs more than it saves; disks are SSDs.
        yield return ("max_wal_size", "2GB");
        yield return ("jit", "off");
        yield return ("random_page_cost", "1.1");

        // A bulk change can touch most rows at once: the planner learns of it in seconds, not minutes.
        yield return ("autovacuum_naptime", "10s");
        yield return ("autovacuum_analyze_scale_factor", "0.02");
        yield return ("autovacuum_vacuum_scale_factor", "0.05");

        // No replicas.
        yield return ("wal_level", "minimal");
        yield return ("max_wal_senders", "0");

        // The log names what went wrong and never what was written: no statements, no values of keys.
        yield return ("logging_collector", "off");
        yield return ("log_min_messages", "warning");
        yield return ("log_min_error_statement", "panic");
        yield return ("log_error_verbosity", "terse");
        yield return ("log_checkpoints", "off");
        yield return ("timezone", "UTC");
        yield return ("log_timezone", "UTC");
        yield return ("cluster_name", "evalmarket");
    }
}
