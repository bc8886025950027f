using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using EvalMarket.TestKit;

namespace EvalMarket.Benchmarks;

/// <summary>
/// Opens pages over many sessions as somebody's browser does, HTML and HTTP included: with nothing changed since the last request, and right after a
/// label was changed, which makes everything that was counted out of date.
/// </summary>
internal static class PageScenario
{
    private const int Repeats = 60;

    /// <summary>Requests before the first one that counts: what a process that runs for a day has compiled long ago.</summary>
    private const int Before = 20;

    public static async Task RunAsync(int count, TextWriter report, CancellationToken cancellationToken)
    {
        var data = TestFolder.Create();
        try
        {
            await using var app = await AppProcess.StartAsync(data, cancellationToken);
            await Console.Error.WriteLineAsync($"{count:N0} sessions");
            await GeneratedImport.SendAsync(app, count, cancellationToken);
            var table = new ReportTable(report, "nothing changed", "right after a change");
            using var browser = await app.SignInAsync(cancellationToken);
            foreach (var (what, path, isFragment) in await PagesAsync(app, cancellationToken))
                await TimeAsync(app, browser, table, what, $"/w/{AppProcess.Workspace}{path}", isFragment, cancellationToken);
            await Console.Error.WriteLineAsync($"  peak memory {app.Memory("VmHWM")}");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<(string What, string Path, bool IsFragment)>> PagesAsync(AppProcess app, CancellationToken cancellationToken)
    {
        var newest = await app.Client.GetFromJsonAsync<JsonElement>("/api/sessions?limit=100", cancellationToken);
        var session = newest.GetProperty("items")[20].GetProperty("id").GetString();
        var found = await app.Client.GetFromJsonAsync<JsonElement>($"/api/sessions?limit=10&q={GeneratedSessions.CommonWord}", cancellationToken);
        var hit = found.GetProperty("items")[5].GetProperty("id").GetString();
        return
        [
            ("Sessions, whole page", "/sessions", false),
            ("Evals, whole page", "/evals", false),
            ("Filter: status, in Evals", "/evals?status=golden", true),
            ("Filter: source", "/sessions?source=codex", true),
            ("Filter: author and model", "/sessions?author=person7@example.org&model=model-3", true),
            ("Filter: two weeks", "/sessions?from=2025-05-01&to=2025-05-15", true),
            ("Filter: tag", "/sessions?tag=tag-7", true),
            ("Search: a rare word", $"/sessions?q={GeneratedSessions.RareWord}", true),
            ("Search: a common word", $"/sessions?q={GeneratedSessions.CommonWord}", true),
            ("Search: two letters", "/sessions?q=bu", true),
            ("Search: no hit", "/sessions?q=xyzzyplugh", true),
            ("Order: cost, downwards", "/sessions?sort=-cost", true),
            ("Order: title, of golden evals", "/evals?sort=title&status=golden", true),
            ("A facet's values", "/sessions?handler=facet&name=author&source=codex", true),
            ("Panel beside the list", $"/sessions/{session}/peek", true),
            ("Panel in a search for a common word", $"/sessions/{hit}/peek?q={GeneratedSessions.CommonWord}", true),
            ("A session's page", $"/sessions/{session}", false),
            ("Next without a label", $"/sessions/unlabelled?panel=true&after={session}", true),
            ("Dashboard", "/dashboard", false),
        ];
    }

    private static async Task TimeAsync(
        AppProcess app, HttpClient browser, ReportTable table, string what, string path, bool isFragment, CancellationToken cancellationToken)
    {
        var listed = await app.Client.GetFromJsonAsync<JsonElement>("/api/sessions?limit=100", cancellationToken);
        var ids = listed.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!).ToList();
        var (unchanged, changed) = (new List<double>(), new List<double>());
        for (var i = -Before; i < Repeats; i++)
        {
            // Each is another session's label, and a value that it does not have.
            using var label = JsonContent.Create(new { eval_ready = true, eval_status = i % 2 == 0 ? "golden" : "incorrect", eval_notes = $"{what} {i}" });
            using var answer = await app.Client.PatchAsync($"/api/sessions/{ids[(i + Before) % ids.Count]}", label, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var after = await OpenAsync(browser, path, isFragment, cancellationToken);
            var again = await OpenAsync(browser, path, isFragment, cancellationToken);
            if (i >= 0)
            {
                changed.Add(after);
                unchanged.Add(again);
            }
        }

        await table.AddAsync(what, Figures(unchanged), Figures(changed));
    }

    private static async Task<double> OpenAsync(HttpClient browser, string path, bool isFragment, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (isFragment)
            request.Headers.Add("HX-Request", "true");
        var start = Stopwatch.GetTimestamp();
        using var answer = await browser.SendAsync(request, cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if ((int)answer.StatusCode >= 400)
            throw new InvalidOperationException($"{path}: {answer.StatusCode}");
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Figures(List<double> times)
    {
        times.Sort();
        return $"p50 {times[times.Count / 2]:N0} ms, p95 {times[times.Count * 95 / 100]:N0} ms";
    }
}
