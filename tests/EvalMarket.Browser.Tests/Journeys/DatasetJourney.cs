using System.Net.Http.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class DatasetJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private const string Question = "Split 1,000 yen between three payees.";

    private const string Answer = "334, 333 and 333.";

    [Fact]
    public async Task From_an_empty_workspace_to_an_item_that_a_stranger_reads()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/datasets");
        await page.GetByRole(AriaRole.Link, new() { Name = "Begin by hand" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Ledger");
        await page.GetByLabel("Sections").FillAsync("Rounding\nRaces");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make dataset" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add an item" }).ClickAsync();
        await AddAsync(page, Question);
        await AddAsync(page, "What is a minor unit?");

        // Both are there; the second one is read beside the list, and changed by keyboard alone.
        await page.GotoAsync($"/w/{slug}/datasets");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger", Exact = true }).ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#peek:not(.htmx-added)")).ToContainTextAsync(Question);
        await page.Keyboard.PressAsync("e");
        await page.Locator("#peek textarea[name='Form.Output']").FillAsync(Answer);
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(Toast(page, "Saved. This is version 4.")).ToBeVisibleAsync();
        await Expect(page.Locator("#peek textarea[name='Form.Input']")).ToHaveValueAsync("What is a minor unit?");
        await Expect(page.Locator("tbody [data-row]").First).ToContainTextAsync(Answer);

        // Back leads to the item before; its text is what was saved.
        await page.GoBackAsync();
        await Expect(page.Locator("#peek")).ToContainTextAsync(Answer);
        await page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("minor");
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(1);
        await Expect(page.Locator("tbody mark")).ToHaveTextAsync("minor");

        // The link goes to somebody who has no account.
        await page.GotoAsync($"/w/{slug}/datasets");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger", Exact = true }).ClickAsync();
        await page.Locator("tbody .row-link").First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Share…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create public link" }).ClickAsync();
        var link = await page.Locator("#public-link").TextContentAsync();
        var stranger = await OpenAsync();
        await stranger.GotoAsync(link!);
        await Expect(stranger.GetByText(Question)).ToBeVisibleAsync();
        await Expect(stranger.GetByText(Answer)).ToBeVisibleAsync();
        await Expect(stranger.Locator("body")).Not.ToContainTextAsync("Ledger");
    }

    [Fact]
    public async Task Deleting_many_items_is_undone_from_the_toast()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/datasets/new");
        await page.GetByLabel("Name").FillAsync("Ledger");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make dataset" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add an item" }).ClickAsync();
        await AddAsync(page, "One?");
        await AddAsync(page, "Two?");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger", Exact = true }).ClickAsync();
        await page.GetByLabel("Select all on this page").CheckAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Selection" }).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("No items here yet")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task From_no_workspace_over_a_csv_and_a_clone_to_an_item_that_a_stranger_reads()
    {
        var page = await SignInAsync(await App.Data.PersonAsync());
        await page.GotoAsync("/workspaces/new");
        const string Slug = "from-nothing";
        await page.Locator("input[name=Name]").FillAsync(Slug);
        await page.Locator("input[name=Slug]").FillAsync(Slug);
        await page.Locator("main button.btn-primary").ClickAsync();
        await page.WaitForURLAsync($"**/w/{Slug}");

        // The CSV: its delimiter is chosen, and the row with an error is had back before the import.
        await page.GotoAsync($"/w/{Slug}/datasets/upload");
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload
        {
            Name = "ledger.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes($"Human Message|AI Response\n{Question}|{Answer}\nshort\n"),
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true }).ClickAsync();
        await page.GetByLabel("Cells are parted by").SelectOptionAsync("bar");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 row with errors" })).ToBeVisibleAsync();
        var rejects = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download them" }).ClickAsync());
        using (var reader = new StreamReader(await rejects.CreateReadStreamAsync()))
        {
            Assert.EndsWith(",short\n", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }

        await page.GetByText("Import the good rows").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import 1 row" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Open the dataset" }).ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(1);
        var dataset = page.Url;

        // Two sessions are cloned from their list, and again: nothing is there twice.
        using var program = App.Client((await App.Data.KeyAsync(Slug)).Secret);
        using var sent = await program.PostAsJsonAsync("/api/sessions", new
        {
            sessions = Enumerable.Range(1, 2).Select(number => new
            {
                title = $"Talk {number}",
                messages = new[] { new { role = "user", content = $"First question of {number}" }, new { role = "assistant", content = "First answer" }, new { role = "user", content = "Second" }, new { role = "assistant", content = "Second answer" } },
            }),
        });
        sent.EnsureSuccessStatusCode();
        await page.GotoAsync($"/w/{Slug}/sessions");
        await CloneAsync(page, "4 items added to “ledger”");
        await CloneAsync(page, "4 turns were there already");

        // A single turn, from inside the conversation.
        await page.GotoAsync($"/w/{Slug}/sessions");
        await page.GetByRole(AriaRole.Link, new() { Name = "Talk 1" }).First.ClickAsync();
        await page.Locator("#peek").GetByRole(AriaRole.Link, new() { Name = "Open as full page" }).ClickAsync();
        await page.WaitForURLAsync("**/sessions/ses_*");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add the turn to a dataset" }).First.ClickAsync();
        await page.Locator("#clone").GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(Toast(page, "1 turn was there already")).ToBeVisibleAsync();

        // Opened and saved without a change it stays connected; other content breaks the link.
        await page.GotoAsync($"{dataset}?linked=true&sort=input");
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(4);
        await page.Locator("tbody .row-link").First.ClickAsync();
        await Expect(page.Locator("#peek:not(.htmx-added)")).ToContainTextAsync("First answer");
        await page.Keyboard.PressAsync("e");
        await page.Locator("#peek").GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(Toast(page, "Nothing was changed.")).ToBeVisibleAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(4);
        await page.Keyboard.PressAsync("e");
        await page.Locator("#peek textarea[name='Form.Output']").FillAsync("A better answer");
        await page.Locator("#peek").GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(Toast(page, "it is not connected to its session any more")).ToBeVisibleAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(3);

        await page.Locator("#peek").GetByRole(AriaRole.Link, new() { Name = "Share…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create public link" }).ClickAsync();
        var stranger = await OpenAsync();
        await stranger.GotoAsync((await page.Locator("#public-link").TextContentAsync())!);
        await Expect(stranger.GetByText("A better answer")).ToBeVisibleAsync();
        await Expect(stranger.Locator("body")).Not.ToContainTextAsync(Slug);
    }

    /// <summary>All sessions of the list, through the dialog.</summary>
    private static async Task CloneAsync(IPage page, string said)
    {
        await page.GetByLabel("Select all on this page").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to dataset…" }).ClickAsync();
        await page.Locator("#clone").GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(Toast(page, said)).ToBeVisibleAsync();
    }

    private static async Task AddAsync(IPage page, string question)
    {
        await page.GetByLabel("Human message").FillAsync(question);
        await page.GetByLabel("History").FillAsync("user: Hello");
        await Expect(page.Locator("#history-preview")).ToContainTextAsync("Read as 1 message");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByLabel("Human message")).ToHaveValueAsync("");
    }

    private static ILocator Toast(IPage page, string text) => page.Locator(".toast").Filter(new() { HasText = text });
}
