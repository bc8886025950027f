using System.Net;
using System.Text.Json;

namespace EvalMarket.Benchmarks;

/// <summary>A long change that the app is asked to make as a job.</summary>
internal static class BackgroundJob
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends it; gives where the job is.</summary>
    public static async Task<Uri> BeginAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Add("Prefer", "respond-async");
        using var accepted = await client.SendAsync(request, cancellationToken);
        return accepted is { StatusCode: HttpStatusCode.Accepted, Headers.Location: { } job }
            ? job
            : throw new InvalidOperationException($"{accepted.StatusCode}: {await accepted.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>Waits until it has ended; gives its result.</summary>
    public static async Task<JsonElement> EndAsync(HttpClient client, Uri job, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Pause, cancellationToken);
            using var state = JsonDocument.Parse(await client.GetStringAsync(job, cancellationToken));
            switch (state.RootElement.GetProperty("status").GetString())
            {
                case "queued" or "running":
                    continue;
                case "completed":
                    return state.RootElement.GetProperty("result").Clone();
                default:
                    throw new InvalidOperationException(state.RootElement.GetRawText());
            }
        }
    }
}
