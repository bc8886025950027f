using System.Globalization;

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>
/// One application a data directory: a file held open with an exclusive lock. The operating system lets go of it when the process ends,
/// however it ends, so a lock is never stale.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private const string FileName = "evalmarket.lock";

    // EAGAIN on Linux, EAGAIN on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static readonly int[] HeldElsewhere = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory or says who has it; the directory exists.</summary>
    /// <exception cref="EmbeddedPostgresException">Another application holds the directory, or the file cannot be written.</exception>
    internal static async Task<DataDirectoryLock> TakeAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataDirectory, FileName);
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Flush();
            return new DataDirectoryLock(file);
        }
        catch (IOException e) when (HeldElsewhere.Contains(e.HResult))
        {
            throw new EmbeddedPostgresException(
                $"The data directory {dataDirectory} is in use by another EvalMarket{await HolderAsync(path, cancellationToken)}. Stop it, or set DataDirectory to another folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException($"The data directory {dataDirectory} cannot be written: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>
    /// Who has it, for the message. .NET locks whatever it opens, be it for reading; on Windows no one else can read it at all.
    /// </summary>
    private static async Task<string> HolderAsync(string path, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return "";
        var said = await Command.RunAsync(["cat", path], cancellationToken);
        return int.TryParse(said.Output, CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
    }
}
