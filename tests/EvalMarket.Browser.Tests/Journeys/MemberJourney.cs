using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class MemberJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    [Fact]
    public async Task Somebody_invited_by_a_link_joins_and_sees_what_a_viewer_sees()
    {
        var owner = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(owner);
        var page = await SignInAsync(owner);
        await page.GotoAsync($"/w/{slug}/settings/members");
        await page.GetByLabel("For whom").FillAsync("Grace");
        await page.GetByRole(AriaRole.Radio, new() { Name = "viewer Reads and exports" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var link = await page.Locator("#invitation-link").InnerTextAsync();

        var guest = await App.Data.PersonAsync();
        var other = await SignInAsync(guest);
        await other.GotoAsync(link);
        await other.GetByRole(AriaRole.Button, new() { Name = $"Join as {guest.Email}" }).ClickAsync();
        await other.WaitForURLAsync($"**/w/{slug}");

        await other.GotoAsync($"/w/{slug}/settings/members");
        await Expect(other.GetByRole(AriaRole.Row, new() { Name = guest.Email })).ToContainTextAsync("viewer");
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Make a link" })).ToHaveCountAsync(0);
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Delete for good" })).ToHaveCountAsync(0);

        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Remove {guest.Email}" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = guest.Email })).ToHaveCountAsync(0);
        ExpectStatus(other, 404);
        Assert.Equal(404, await GoAsync(other, $"/w/{slug}/settings/members"));
    }

    [Fact]
    public async Task Somebody_elses_workspace_does_not_exist()
    {
        var foreign = await App.Data.WorkspaceAsync();
        var person = await App.Data.PersonAsync();
        await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        ExpectStatus(page, 404);
        Assert.Equal(404, await GoAsync(page, $"/w/{foreign}/settings"));
        var text = await page.Locator("main").InnerTextAsync();
        Assert.Equal(404, await GoAsync(page, "/w/never-was/settings"));
        await Expect(page.Locator("main")).ToHaveTextAsync(text);
    }
}
