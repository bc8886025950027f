using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Accessibility;

public sealed class SessionPageTests(TestApp app, Chromium chromium) : PageCheck(app, chromium)
{
    [Theory]
    [InlineData("home", "/w/{workspace}")]
    [InlineData("sessions", "/w/{workspace}/sessions")]
    [InlineData("evals", "/w/{workspace}/evals")]
    [InlineData("evals-filtered", "/w/{workspace}/evals?status=golden&status=needs_review&q=the")]
    [InlineData("evals-nothing", "/w/{workspace}/evals?q=nowheretobefound")]
    [InlineData("sessions-sorted", "/w/{workspace}/sessions?sort=title&q=the&columns=label.author.notes.expected.reviewer.updated&from=2020-01-01")]
    [InlineData("sessions-all-filters", "/w/{workspace}/sessions?facets=all&sort=-cost&source=codex")]
    [InlineData("export", "/w/{workspace}/evals/export")]
    [InlineData("export-text", "/w/{workspace}/evals/export?status=golden&show=text")]
    [InlineData("dashboard", "/w/{workspace}/dashboard")]
    [InlineData("dashboard-nothing", "/w/{workspace}/dashboard?from=1999-01-01&to=1999-02-01")]
    [InlineData("import", "/w/{workspace}/sessions/import")]
    [InlineData("jobs", "/w/{workspace}/jobs")]
    public async Task A_page_of_a_full_workspace_has_no_barrier_and_fits_its_window(string name, string address)
    {
        var (page, slug) = await SignInToSampleAsync();
        Assert.Equal(200, await GoAsync(page, address.Replace("{workspace}", slug, StringComparison.Ordinal)));
        await CheckAsync(page, name);
    }

    [Theory]
    [InlineData("columns", "[popovertarget=columns]", "#columns")]
    [InlineData("filter", "[popovertarget=f-author]", "#f-author")]
    [InlineData("view", "[popovertarget=view-menu]", "#view-menu")]
    public async Task What_opens_above_a_list_has_no_barrier(string name, string button, string opened)
    {
        var (page, slug) = await SignInToSampleAsync();
        Assert.Equal(200, await GoAsync(page, $"/w/{slug}/sessions"));
        await page.Locator(button).ClickAsync();
        await Expect(page.Locator(opened)).ToBeVisibleAsync();
        await CheckAsync(page, $"sessions-{name}");
    }

    [Fact]
    public async Task A_saved_view_and_its_page_have_no_barrier()
    {
        var (page, slug) = await SignInToSampleAsync();
        await GoAsync(page, $"/w/{slug}/evals?status=golden");
        await page.Locator("[popovertarget=view-menu]").ClickAsync();
        await page.GetByLabel("Name of the view").FillAsync("The golden ones of us all");
        await page.Locator("#view-menu").GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Save view" }).ClickAsync();
        await page.WaitForURLAsync("**view=view_*");
        await CheckAsync(page, "evals-view");
        await GoAsync(page, $"/w/{slug}/views/{page.Url[page.Url.IndexOf("view_", StringComparison.Ordinal)..]}");
        await CheckAsync(page, "view");
    }

    [Theory]
    [InlineData("empty-home", "/w/{workspace}")]
    [InlineData("empty-sessions", "/w/{workspace}/sessions")]
    [InlineData("empty-evals", "/w/{workspace}/evals")]
    [InlineData("empty-jobs", "/w/{workspace}/jobs")]
    [InlineData("empty-dashboard", "/w/{workspace}/dashboard")]
    [InlineData("empty-changes", "/w/{workspace}/changes")]
    public async Task A_page_of_an_empty_workspace_has_no_barrier_and_fits_its_window(string name, string address)
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        Assert.Equal(200, await GoAsync(page, address.Replace("{workspace}", slug, StringComparison.Ordinal)));
        await CheckAsync(page, name);
    }

    [Fact]
    public async Task A_session_with_everything_unfolded_has_no_barrier()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/sessions");
        await page.Locator(".row-link").First.ClickAsync();
        await Expect(page.Locator("#peek h2")).ToBeVisibleAsync();
        await CheckAsync(page, "peek");
        await page.EvaluateAsync("() => document.querySelectorAll('#peek details').forEach(fold => fold.open = true)");
        await page.EvaluateAsync("() => { const field = document.querySelector('#expected'); field.value = 'Another answer.'; field.dispatchEvent(new Event('input', { bubbles: true })); }");
        await Expect(page.Locator("[data-difference]")).ToBeVisibleAsync();
        await CheckAsync(page, "peek-unfolded");
        await page.EvaluateAsync("() => sessionStorage.clear()");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open as full page" }).ClickAsync();
        await Expect(page.Locator("#transcript")).ToBeVisibleAsync();
        await CheckAsync(page, "session");
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(fold => fold.open = true)");
        await CheckAsync(page, "session-unfolded");
    }

    [Fact]
    public async Task The_history_of_labels_and_its_changes_have_no_barrier_and_an_undo_shows_the_page_again()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/sessions");
        await page.Locator(".row-link").First.ClickAsync();
        await Expect(page.Locator("#transcript")).ToBeVisibleAsync();
        var session = await page.Locator("#peek").GetAttributeAsync("data-peek");
        await page.Keyboard.PressAsync("3");
        await Expect(page.Locator("#session-pill")).ToContainTextAsync("Incorrect");
        await page.GotoAsync($"/w/{slug}/sessions/{session}/history");
        await Expect(page.Locator(".history > li")).ToHaveCountAsync(1);
        await CheckAsync(page, "history");
        await page.Locator(".history button").First.ClickAsync();
        await Expect(page.Locator(".history > li")).ToHaveCountAsync(2);
        await Expect(page.Locator(".toast")).ToContainTextAsync("Undone for 1 session");

        await page.GotoAsync($"/w/{slug}/changes");
        await CheckAsync(page, "changes");
        await page.Locator(".row-link").First.ClickAsync();
        await CheckAsync(page, "change");
        await page.GotoAsync($"/w/{slug}/dashboard");
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(fold => fold.open = true)");
        await CheckAsync(page, "dashboard-unfolded");
    }

    [Fact]
    public async Task What_an_import_found_has_no_barrier()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/sessions/import");
        await page.Locator("input[type=file][multiple]").SetInputFilesAsync(
        [
            await PayloadAsync(Fixture("codex/items.jsonl")),
            await PayloadAsync(Fixture("openai-messages/support.jsonl")),
            new FilePayload { Name = "letter.txt", MimeType = "text/plain", Buffer = "Dear diary"u8.ToArray() },
        ]);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Import 3 sessions" })).ToBeVisibleAsync();
        await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(fold => fold.open = true)");
        await CheckAsync(page, "import-found");
        var here = page.Url;
        await page.GotoAsync($"/w/{slug}/sessions/import");
        await CheckAsync(page, "import-waiting");
        await page.GotoAsync(here);
        await page.GetByRole(AriaRole.Button, new() { Name = "Import 3 sessions" }).ClickAsync();
        await Expect(page.Locator("main a").Filter(new() { HasText = "new session" }).First).ToBeVisibleAsync();
        await CheckAsync(page, "import-done");
    }

    [Fact]
    public async Task An_upload_that_stands_still_over_the_list_has_no_barrier()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.RouteAsync("**/*handler=files*", route => route.FulfillAsync(new() { Status = 503 }));
        ExpectStatus(page, 503);
        await page.GotoAsync($"/w/{slug}/sessions");
        await using var transfer = await page.EvaluateHandleAsync("() => { const all = new DataTransfer(); all.items.add(new File(['{}'], 'session.jsonl')); return all; }");
        await page.DispatchEventAsync("main", "drop", new Dictionary<string, object> { ["dataTransfer"] = transfer });
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("1 file could not be uploaded");
        await CheckAsync(page, "sessions-upload");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    private static async Task<FilePayload> PayloadAsync(string path) =>
        new() { Name = Path.GetFileName(path), MimeType = "application/x-ndjson", Buffer = await File.ReadAllBytesAsync(path) };

    [Theory]
    [InlineData("evals-selected", null)]
    [InlineData("evals-labels", "[popovertarget=bulk-label]")]
    [InlineData("evals-export", ".bulkbar button[formaction*=export]")]
    [InlineData("evals-deletion", ".bulkbar button[formaction*=confirm]")]
    [InlineData("evals-facet", "[popovertarget=f-status]")]
    [InlineData("evals-created", "[popovertarget=f-created]")]
    public async Task A_part_that_opens_over_the_evals_has_no_barrier(string name, string? opener)
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/evals");
        await page.GetByLabel("Select all on this page").CheckAsync();
        if (opener is not null)
        {
            await page.Locator(opener).ClickAsync();
            await Expect(page.Locator("dialog[open], .popover:popover-open")).ToBeVisibleAsync();
        }

        await CheckAsync(page, name);
    }
}
