using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class EvalJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private const string Bookshop = "Bookshop agents";

    private const string Slug = "bookshop-agents";

    private const string Labelled = "Name three test cases.";

    private const string Expected = "An empty cart, one coupon, and two coupons at once.";

    private static readonly string[] Formats = ["deepeval", "openai", "text"];

    [Fact]
    public async Task Transcripts_become_labelled_evals_that_the_browser_and_the_api_export_alike()
    {
        var page = await OpenAsync();
        await AccountJourney.RegisterAsync(page);
        await MakeWorkspaceAsync(page);
        await ImportAsync(page);
        await LabelAsync(page);
        var key = await MakeKeyAsync(page);
        await FilterAsync(page);
        await ExportSelectionAsync(page, key);
        await ExportViewAsync(page, key);
    }

    [Fact]
    public async Task Taking_many_sessions_out_of_the_evals_can_be_undone()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/evals?status=needs_review");
        var waiting = await page.Locator("tbody [data-row]").CountAsync();
        Assert.NotEqual(0, waiting);
        await page.GetByLabel("Select all on this page").CheckAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Selection" })).ToContainTextAsync($"{waiting} selected");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove from Evals" }).ClickAsync();
        await Expect(page.GetByText("Nothing matches")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(waiting);
    }

    [Fact]
    public async Task Many_sessions_get_a_label_by_its_key_with_the_menu_open()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/evals?status=needs_review");
        var waiting = await page.Locator("tbody [data-row]").CountAsync();
        await page.GetByLabel("Select all on this page").CheckAsync();
        await page.Locator("[popovertarget=bulk-label]").ClickAsync();
        await page.Keyboard.PressAsync("2");
        await Expect(Toast(page, $"{waiting} sessions")).ToBeVisibleAsync();
        await Expect(page.GetByText("Nothing matches")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Search_finds_sessions_while_one_types_and_the_address_keeps_it()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/sessions");
        var all = await page.Locator("tbody [data-row]").CountAsync();
        await page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("refund");
        await page.WaitForURLAsync("**/sessions?q=refund");
        await Expect(page.Locator(".chip")).ToContainTextAsync("refund");
        var found = await page.Locator("tbody [data-row]").CountAsync();
        Assert.InRange(found, 1, all - 1);
        await page.ReloadAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(found);
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove filter: Words refund" }).ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(all);
    }

    private static ILocator Toast(IPage page, string text) => page.Locator(".toast").Filter(new() { HasText = text }).First;

    private static async Task MakeWorkspaceAsync(IPage page)
    {
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(Bookshop);
        await Expect(page.GetByLabel("Address")).ToHaveValueAsync(Slug);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the workspace" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Welcome to {Bookshop}" })).ToBeVisibleAsync();
    }

    private static async Task ImportAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Bring in transcripts" }).ClickAsync();
        await page.Locator("input[type=file][multiple]").SetInputFilesAsync(
            [Fixture("claude-code/parallel-tools.jsonl"), Fixture("codex/items.jsonl"), Fixture("openai-messages/support.jsonl")]);
        var import = page.GetByRole(AriaRole.Button, new() { Name = "Import 4 sessions" });
        await Expect(import).ToBeFocusedAsync();
        var files = page.GetByRole(AriaRole.Table, new() { Name = "What is read, and as what" }).Locator("tbody tr");
        await Expect(files).ToHaveCountAsync(3);
        await Expect(files.Filter(new() { HasText = "parallel-tools.jsonl" })).ToContainTextAsync("Claude Code");
        await Expect(files.Filter(new() { HasText = "items.jsonl" })).ToContainTextAsync("Codex");
        // Two of its six lines are sessions; the others are told of, by line.
        var support = files.Filter(new() { HasText = "support.jsonl" });
        await support.GetByText("3 errors", new() { Exact = true }).ClickAsync();
        await Expect(support).ToContainTextAsync("Line 2");

        await import.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark these 4 as Eval Ready" }).ClickAsync();
        await Expect(Toast(page, "4 sessions")).ToBeVisibleAsync();
    }

    private static async Task LabelAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Evals" }).First.ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Link, new() { Name = Labelled, Exact = true }).ClickAsync();
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync(Labelled);
        await Expect(page.Locator("#peek .transcript")).ToContainTextAsync("Empty cart, one coupon, two coupons.");

        await page.Keyboard.PressAsync("1");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Golden" })).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator("#tags")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("testing");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove tag testing" })).ToBeVisibleAsync();
        await page.Locator("#notes").FillAsync("Names the edges that matter.");
        await page.Locator("#expected").FillAsync(Expected);
        var here = page.Url;
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForURLAsync(address => address != here);
        await Expect(Toast(page, "Saved")).ToBeVisibleAsync();

        await page.GotoAsync(here);
        await Expect(page.Locator("#notes")).ToHaveValueAsync("Names the edges that matter.");
        await Expect(page.Locator("#expected")).ToHaveValueAsync(Expected);
    }

    private static async Task<string> MakeKeyAsync(IPage page)
    {
        await page.GotoAsync($"/w/{Slug}/settings/keys");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("nightly export");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
        return await page.Locator("#secret").InnerTextAsync();
    }

    private static async Task FilterAsync(IPage page)
    {
        await page.GotoAsync($"/w/{Slug}/evals");
        await page.Locator("[popovertarget=f-status]").ClickAsync();
        await page.Locator("#f-status").GetByText("Golden").ClickAsync();
        await page.WaitForURLAsync("**/evals?status=golden");
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(1);
        await Expect(page.Locator("tbody [data-row]")).ToContainTextAsync(Labelled);
    }

    /// <summary>The sessions that are ticked, in each format, byte for byte as the API gives them.</summary>
    private async Task ExportSelectionAsync(IPage page, string key)
    {
        await page.GotoAsync($"/w/{Slug}/evals");
        await page.GetByLabel($"Select “{Labelled}”").CheckAsync();
        await page.GetByLabel("Select “Do you ship to Iceland?”").CheckAsync();
        var ids = await page.Locator("tbody [data-row]:has(:checked)").EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.row)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Export…" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Export 2 sessions");
        var query = string.Concat(ids.Select(id => $"&session_ids={id}"));
        foreach (var format in Formats)
            await AssertSameAsync(await DownloadAsync(page, format), key, $"format={format}{query}");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Select all 4 matching" }).ClickAsync();
        await Expect(page.GetByText("All 4 matching selected").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Export…" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Export 4 sessions");
        await AssertSameAsync(await DownloadAsync(page, "deepeval"), key, "format=deepeval");
    }

    /// <summary>The plain button: the filtered view, at once.</summary>
    private async Task ExportViewAsync(IPage page, string key)
    {
        await page.GotoAsync($"/w/{Slug}/evals?status=golden");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Export view" }).ClickAsync());
        var bytes = await AssertSameAsync(download, key, "format=deepeval&status=golden");
        using var cases = JsonDocument.Parse(bytes);
        var only = Assert.Single(cases.RootElement.EnumerateArray());
        Assert.Equal(["input", "actual_output", "expected_output", "context", "retrieval_context"], only.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Labelled, only.GetProperty("input").GetString());
        Assert.Equal("Empty cart, one coupon, two coupons.", only.GetProperty("actual_output").GetString());
        Assert.Equal(Expected, only.GetProperty("expected_output").GetString());
        Assert.Empty(only.GetProperty("retrieval_context").EnumerateArray());

        await page.GetByRole(AriaRole.Link, new() { Name = "Export: choose the format" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("/api/export?format=deepeval");
        foreach (var format in Formats)
            await AssertSameAsync(await DownloadAsync(page, format), key, $"format={format}&status=golden");
    }

    private static async Task<IDownload> DownloadAsync(IPage page, string format)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator($"input[name=format][value={format}]").CheckAsync();
        // What the format is like comes with another height: until then the button is not yet where it will be.
        await Expect(dialog).ToContainTextAsync($"/api/export?format={format}");
        return await page.RunAndWaitForDownloadAsync(() => dialog.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
    }

    private async Task<byte[]> AssertSameAsync(IDownload download, string key, string query)
    {
        using var client = App.Client(key);
        using var answer = await client.GetAsync(new Uri($"/api/export?{query}", UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode, $"{query}: {answer.StatusCode}");
        Assert.Equal(answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'), download.SuggestedFilename);
        var fromApi = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(fromApi, await File.ReadAllBytesAsync(await download.PathAsync()));
        Assert.NotEmpty(fromApi);
        return fromApi;
    }
}
