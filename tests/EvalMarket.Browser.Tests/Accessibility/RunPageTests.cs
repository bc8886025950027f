using System.Net.Http.Json;
using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Accessibility;

public sealed class RunPageTests(TestApp app, Chromium chromium) : PageCheck(app, chromium)
{
    [Fact]
    public async Task Pages_of_runs_and_exports_have_no_barrier_and_fit_their_window()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        using var program = App.Client((await App.Data.KeyAsync(slug)).Secret);
        using var made = await program.PostAsJsonAsync("/api/datasets", new { name = "Refund reasoning", sections = new[] { "Rounding and minor units", "Chargebacks" } });
        var dataset = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        var at = $"/w/{slug}/datasets/{dataset}";
        foreach (var (name, address) in new[] { ("runs-none", $"{at}/runs"), ("exports-none", $"/w/{slug}/exports") })
        {
            Assert.Equal(200, await GoAsync(page, address));
            await CheckAsync(page, name);
        }

        using var added = await program.PostAsJsonAsync($"/api/datasets/{dataset}/items", Enumerable.Range(1, 40).Select(number => new
        {
            input = new { content = $"Question {number}: why does `Money.parse(\"12.345\")` raise instead of rounding an amount that somebody typed?" },
            output = new { content = number == 2 ? "" : "Because the euro has two minor unit digits." },
        }));
        var items = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ids").EnumerateArray().Select(id => id.GetString()!).ToList();
        var before = await RunAsync(program, dataset, "Nightly, 12 November", items, 7);
        var run = await RunAsync(program, dataset, "Nightly, 19 November", items, 5);
        using var going = new MultipartFormDataContent { { new StringContent("Nightly, 26 November, with a name that is longer than others"), "name" }, { new StringContent("running"), "status" } };
        using var open = await program.PostAsync($"/api/datasets/{dataset}/runs", going);
        var running = (await open.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var picture = new MultipartFormDataContent { { new ByteArrayContent("One,Two\n1,2\n"u8.ToArray()), "file", "a-table-with-a-rather-long-name-for-a-file.csv" } };
        using var stored = await program.PostAsync($"/api/datasets/{dataset}/assets", picture);
        var asset = await stored.Content.ReadFromJsonAsync<JsonElement>();
        using var changed = await program.PutAsJsonAsync($"/api/datasets/{dataset}/items/{items[0]}", new
        {
            input = new { content = "With a file" }, output = new { content = "Seen" },
            assets = new[] { new { path = asset.GetProperty("path").GetString(), mime_type = asset.GetProperty("mime_type").GetString(), sha256 = asset.GetProperty("sha256").GetString(), bytes = asset.GetProperty("bytes").GetInt64() } },
        });
        changed.EnsureSuccessStatusCode();
        await program.GetByteArrayAsync($"/datasets/{dataset}/export?run_id={run}");
        await program.GetByteArrayAsync("/api/export?format=deepeval&status=golden&tag=a-rather-long-tag-that-does-not-fit-into-a-narrow-column");
        using var started = await program.PostAsJsonAsync("/api/exports", new { format = "csv", dataset_id = dataset });
        var export = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await GoAsync(page, $"/w/{slug}/exports");
        await Expect(page.Locator($"#{export}")).ToContainTextAsync("Ready");

        foreach (var (name, address) in new[]
        {
            ("runs", $"{at}/runs"), ("run-new", $"{at}/runs/new"), ("run", $"/w/{slug}/runs/{run}"), ("run-failed", $"/w/{slug}/runs/{run}?outcome=failed&section=0"), ("run-running", $"/w/{slug}/runs/{running}"),
            ("run-item", $"/w/{slug}/runs/{run}/items/{items[0]}"), ("run-compare", $"/w/{slug}/runs/{run}/compare?with={before}"), ("exports", $"/w/{slug}/exports"), ("evals-export", $"/w/{slug}/evals/export"),
            ("dataset-export-package", $"{at}/export"), ("item-files", $"{at}/items/{items[0]}"), ("item-files-edit", $"{at}/items/{items[0]}?edit=true"),
        })
        {
            Assert.Equal(200, await GoAsync(page, address));
            await CheckAsync(page, name);
        }
    }

    private static async Task<string> RunAsync(HttpClient program, string dataset, string name, IReadOnlyList<string> items, int nth)
    {
        var results = string.Concat(items.Select((item, index) => JsonSerializer.Serialize(new
        {
            item_id = item, response = $"Because of the minor units, answer {index}.", score = index % nth / (double)nth, passed = index % nth != 0, latency_ms = 400 + (index * 30), usage = new { total_tokens = 120 },
        }) + "\n"));
        using var form = new MultipartFormDataContent
        {
            { new StringContent(name), "name" }, { new StringContent("gpt-5"), "model" }, { new StringContent("""{"temperature":0,"api_key":"x"}"""), "run_config" }, { new StringContent(results), "results", "results.jsonl" },
        };
        using var answer = await program.PostAsync($"/api/datasets/{dataset}/runs", form);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}
