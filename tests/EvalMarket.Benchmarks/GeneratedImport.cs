using System.Diagnostics;
using EvalMarket.TestKit;

namespace EvalMarket.Benchmarks;

/// <summary>Sends generated sessions to an app.</summary>
internal static class GeneratedImport
{
    public const int BodyBytes = 24 * 1024 * 1024;

    /// <summary>In requests of up to <see cref="BodyBytes"/>; gives their size and the time that the app took.</summary>
    public static async Task<(long Bytes, TimeSpan Sending)> SendAsync(AppProcess app, int count, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        var sending = TimeSpan.Zero;
        for (var next = 0; next < count;)
        {
            using var body = new MemoryStream();
            for (; next < count && body.Length < BodyBytes; next++)
            {
                body.Write(GeneratedSessions.Line(next));
                body.Write("\n"u8);
            }

            bytes += body.Length;
            body.Position = 0;
            using var content = new StreamContent(body);
            content.Headers.ContentType = new("application/x-ndjson");
            var start = Stopwatch.GetTimestamp();
            using var answer = await app.Client.PostAsync("/api/sessions", content, cancellationToken);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsStringAsync(cancellationToken);
            sending += Stopwatch.GetElapsedTime(start);
            await Console.Error.WriteLineAsync($"  {next:N0} after {sending.TotalSeconds:N1} s, {app.Memory("VmRSS")}");
        }

        return (bytes, sending);
    }

    /// <summary>A figure of the process as Linux knows it: <c>VmRSS</c>, <c>VmHWM</c>.</summary>
    public static string Memory(this AppProcess app, string what)
    {
        var line = File.ReadLines($"/proc/{app.Id}/status").First(line => line.StartsWith(what, StringComparison.Ordinal));
        return $"{long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) / 1024.0:N0} MB";
    }
}
