using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class ImportJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    [Fact]
    public async Task A_whole_folder_is_uploaded_looked_at_and_imported()
    {
        var (page, slug) = await OpenImportAsync();
        var folder = Directory.CreateTempSubdirectory("projects");
        try
        {
            var inner = folder.CreateSubdirectory("ledger");
            File.Copy(Fixture("claude-code/parallel-tools.jsonl"), Path.Combine(inner.FullName, "parallel-tools.jsonl"));
            File.Copy(Fixture("codex/items.jsonl"), Path.Combine(folder.FullName, "items.jsonl"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "photo.png"), "no picture");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "notes.txt"), "Dear diary");

            await page.Locator("input[webkitdirectory]").SetInputFilesAsync(folder.FullName);

            var import = page.GetByRole(AriaRole.Button, new() { Name = "Import 2 sessions" });
            await Expect(import).ToBeFocusedAsync();
            await Expect(page.Locator("main")).ToContainTextAsync($"{folder.Name}/ledger/parallel-tools.jsonl");
            await Expect(page.Locator("main")).Not.ToContainTextAsync("photo.png");
            using (var client = App.Client((await App.Data.KeyAsync(slug)).Secret))
            {
                using var nothing = JsonDocument.Parse(await client.GetStringAsync("/api/sessions"));
                Assert.Equal(0, nothing.RootElement.GetProperty("items").GetArrayLength());
            }

            await page.Keyboard.PressAsync("Enter");
            await page.Locator("main a").Filter(new() { HasText = "new session" }).First.ClickAsync();
            await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(2);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Files_dropped_on_the_list_of_sessions_begin_an_import()
    {
        var (page, slug) = await OpenImportAsync();
        await page.GotoAsync($"/w/{slug}/sessions");

        await DropAsync(page);

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Import 1 session", Exact = false })).ToBeFocusedAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("items.jsonl");
        await Expect(page.Locator("li.file").Filter(new() { HasText = "letter.txt" })).ToContainTextAsync("refused");
    }

    [Fact]
    public async Task More_files_can_be_dropped_on_what_was_found()
    {
        var (page, _) = await OpenImportAsync();
        await page.Locator("input[type=file][multiple]").SetInputFilesAsync(Fixture("openai-messages/support.jsonl"));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Import 2 sessions" })).ToBeVisibleAsync();
        var draft = page.Url;

        await DropAsync(page);

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Import 3 sessions" })).ToBeVisibleAsync();
        Assert.Equal(draft, page.Url);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_can_be_tried_again()
    {
        var (page, _) = await OpenImportAsync();
        var isBroken = true;
        await page.RouteAsync("**/*handler=files*", route => isBroken ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());
        ExpectStatus(page, 503);
        await page.Locator("input[type=file][multiple]").SetInputFilesAsync(Fixture("codex/items.jsonl"));
        await Expect(page.Locator("[data-upload-words]")).ToHaveTextAsync("1 file could not be uploaded");
        await Expect(page.Locator("[data-upload-list] > li")).ToContainTextAsync("The server is not ready.");

        isBroken = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Import 1 session" })).ToBeVisibleAsync();
    }

    private async Task<(IPage Page, string Slug)> OpenImportAsync()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/sessions/import");
        return (page, slug);
    }

    private static async Task DropAsync(IPage page)
    {
        var text = await File.ReadAllTextAsync(Fixture("codex/items.jsonl"));
        await using var transfer = await page.EvaluateHandleAsync(
            "text => { const all = new DataTransfer(); all.items.add(new File([text], 'items.jsonl')); all.items.add(new File(['not a transcript'], 'letter.txt')); return all; }", text);
        await page.DispatchEventAsync("main", "drop", new Dictionary<string, object> { ["dataTransfer"] = transfer });
    }
}
