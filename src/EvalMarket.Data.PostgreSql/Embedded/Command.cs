using System.ComponentModel;
using System.Diagnostics;

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>What a finished command said.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    internal bool Succeeded => ExitCode == 0;

    /// <summary>The last lines of what it said, in one line, for an error message.</summary>
    internal string Summary
    {
        get
        {
            var text = string.IsNullOrWhiteSpace(Error) ? Output : Error;
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.Length == 0 ? $"exit code {ExitCode}" : string.Join(" | ", lines.TakeLast(3));
        }
    }
}

/// <summary>Programs of the operating system and of PostgreSQL, run without a shell's quoting and with a clean environment.</summary>
internal static class Command
{
    // Exit code of a shell for a program that is not there.
    private const int NotFound = 127;

    /// <summary>Runs a program to its end. A program that is missing gives exit code 127; cancelling kills it.</summary>
    internal static async Task<CommandResult> RunAsync(IEnumerable<string> command, CancellationToken cancellationToken)
    {
        var start = StartInfo(command);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new CommandResult(NotFound, "", $"{start.FileName}: {e.Message}");
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The same program run in a fixed language, away from the caller's folder and without its secrets and PG* variables.</summary>
    internal static ProcessStartInfo StartInfo(IEnumerable<string> command)
    {
        var parts = command.ToArray();
        var start = new ProcessStartInfo(parts[0]) { UseShellExecute = false };
        foreach (var argument in parts.Skip(1))
            start.ArgumentList.Add(argument);

        if (OperatingSystem.IsWindows())
        {
            foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.OrdinalIgnoreCase)).ToArray())
                start.Environment.Remove(name);
            return start;
        }

        var kept = new[] { "PATH", "LD_LIBRARY_PATH", "TMPDIR" }
            .Select(name => KeyValuePair.Create(name, Environment.GetEnvironmentVariable(name)))
            .Where(pair => pair.Value is not null)
            .ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in kept)
            start.Environment[name] = value;
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        start.WorkingDirectory = "/";
        return start;
    }
}
