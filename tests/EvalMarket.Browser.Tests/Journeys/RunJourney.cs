using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class RunJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    [Fact]
    public async Task Runs_are_uploaded_read_from_their_failures_on_compared_and_exported()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var (dataset, items) = await CloneAsync(slug);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/datasets/{dataset}");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of the dataset" }).GetByRole(AriaRole.Link, new() { Name = "Runs" }).ClickAsync();

        // A run with a line too many is refused, with its place; then one goes on without results and is completed on its page.
        await page.GetByRole(AriaRole.Link, new() { Name = "Upload a run" }).First.ClickAsync();
        ExpectStatus(page, 422);
        await page.GetByLabel("Results (JSON Lines)").SetInputFilesAsync(File(Results(items, failed: 1) + "{\"item_id\":\"itm_x\",\"response\":\"?\"}\n"));
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Last week");
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("1 error, nothing was uploaded");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Last week");
        await page.GetByLabel("Status").SelectOptionAsync("running");
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Running");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Export with run results" })).ToHaveCountAsync(0);
        await page.GetByLabel("Results (JSON Lines)").SetInputFilesAsync(File(Results(items, failed: 1)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Completed");

        // What failed comes first; its item shows both texts and leads to the conversation.
        await Expect(page.Locator("#results article").First).ToContainTextAsync("Failed");
        await page.Locator("#results article").First.GetByRole(AriaRole.Heading).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Locator(".sides")).ToContainTextAsync("Answer 1");
        await Expect(page.Locator(".sides")).ToContainTextAsync("Wrong 1");
        await page.GetByRole(AriaRole.Link, new() { Name = "Source" }).ClickAsync();
        await Expect(page.Locator(".transcript, [data-transcript]").First).ToContainTextAsync("Question 1?");

        // A second run, in which another item fails.
        await page.GotoAsync($"/w/{slug}/datasets/{dataset}/runs/new");
        await page.GetByLabel("Results (JSON Lines)").SetInputFilesAsync(File(Results(items, failed: 2)));
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Today");
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Today compared with Last week");
        await Expect(page.Locator("article")).ToContainTextAsync(["Wrong 2"]);
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Changes" }).GetByRole(AriaRole.Link, new() { Name = "Better" }).ClickAsync();
        await Expect(page.Locator("article")).ToContainTextAsync(["Wrong 1"]);

        // Out again, with its results; the list of exports knows it.
        await page.GetByRole(AriaRole.Link, new() { Name = "Today", Exact = true }).First.ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Export with run results" }).ClickAsync());
        using (var archive = ZipFile.OpenRead(await download.PathAsync()))
        {
            Assert.Contains(archive.Entries, entry => entry.FullName == "results.jsonl");
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "Exports", Exact = true }).ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("results of Today");
    }

    [Fact]
    public async Task An_export_is_made_in_the_background_and_downloaded_when_it_is_ready()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/evals");
        await page.GetByRole(AriaRole.Link, new() { Name = "Export: choose the format" }).ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "OpenAI" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make in the background" }).ClickAsync();

        await page.WaitForURLAsync("**/exports#exp_*");
        var row = page.Locator("tbody tr").First;
        await Expect(row).ToContainTextAsync("Ready");
        var download = await page.RunAndWaitForDownloadAsync(() => row.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.EndsWith(".jsonl", download.SuggestedFilename, StringComparison.Ordinal);
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("No exports yet")).ToBeVisibleAsync();
    }

    /// <summary>Three turns of a session as items of a dataset, in the order of their questions.</summary>
    private async Task<(string Dataset, IReadOnlyList<string> Items)> CloneAsync(string slug)
    {
        using var program = App.Client((await App.Data.KeyAsync(slug)).Secret);
        using var sent = await program.PostAsJsonAsync("/api/sessions", new
        {
            external_id = "one", title = "Three questions",
            messages = Enumerable.Range(1, 3).SelectMany(number => new[] { new { role = "user", content = $"Question {number}?" }, new { role = "assistant", content = $"Answer {number}" } }),
        });
        var session = (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ids")[0].GetString();
        using var made = await program.PostAsJsonAsync("/api/datasets", new { name = "Ledger" });
        var dataset = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        using var cloned = await program.PostAsJsonAsync($"/api/datasets/{dataset}/clone", new { session_ids = new[] { session }, messages = "all" });
        cloned.EnsureSuccessStatusCode();
        var items = await program.GetFromJsonAsync<JsonElement>($"/api/datasets/{dataset}/items");
        return (dataset, [.. items.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)]);
    }

    private static string Results(IReadOnlyList<string> items, int failed) => string.Concat(items.Select((item, index) =>
        $$"""{"item_id":"{{item}}","response":"{{(index + 1 == failed ? "Wrong" : "Answer")}} {{index + 1}}","passed":{{(index + 1 == failed ? "false" : "true")}},"score":{{(index + 1 == failed ? 0 : 1)}},"latency_ms":1200}""" + "\n"));

    private static FilePayload File(string results) => new() { Name = "results.jsonl", MimeType = "application/x-ndjson", Buffer = Encoding.UTF8.GetBytes(results) };
}
