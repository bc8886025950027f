using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using Microsoft.Playwright;

namespace EvalMarket.Browser.Tests.Accessibility;

public sealed class SettingsPageTests(TestApp app, Chromium chromium) : PageCheck(app, chromium)
{
    [Theory]
    [InlineData("account", "/account")]
    [InlineData("account-password", "/account/password")]
    [InlineData("account-data", "/account/data")]
    [InlineData("logout", "/account/logout")]
    [InlineData("workspaces", "/workspaces")]
    [InlineData("workspace-new", "/workspaces/new")]
    [InlineData("settings", "/w/{workspace}/settings")]
    [InlineData("members", "/w/{workspace}/settings/members")]
    [InlineData("keys", "/w/{workspace}/settings/keys")]
    [InlineData("audit", "/w/{workspace}/settings/audit")]
    public async Task A_page_of_an_account_or_a_workspace_has_no_barrier_and_fits_its_window(string name, string address)
    {
        var owner = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(owner);
        await App.Data.MemberAsync(slug, await App.Data.PersonAsync(), WorkspaceRole.Reviewer);
        await App.Data.KeyAsync(slug);
        var page = await SignInAsync(owner);
        Assert.Equal(200, await GoAsync(page, address.Replace("{workspace}", slug, StringComparison.Ordinal)));
        await CheckAsync(page, name);
    }

    [Fact]
    public async Task The_page_of_an_invitation_that_can_be_taken_has_no_barrier()
    {
        var owner = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(owner);
        var page = await SignInAsync(owner);
        await page.GotoAsync($"/w/{slug}/settings/members");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var link = await page.Locator("#invitation-link").InnerTextAsync();
        await CheckAsync(page, "members-link");
        var visitor = await OpenAsync();
        Assert.Equal(200, await GoAsync(visitor, link));
        await CheckAsync(visitor, "invitation-visitor");
        var guest = await SignInAsync(await App.Data.PersonAsync());
        Assert.Equal(200, await GoAsync(guest, link));
        await CheckAsync(guest, "invitation");
    }

    [Fact]
    public async Task The_page_for_a_new_password_has_no_barrier()
    {
        var person = await App.Data.PersonAsync();
        var page = await OpenAsync();
        await page.GotoAsync("/account/forgot");
        await page.GetByLabel("E-mail address").FillAsync(person.Email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the link" }).ClickAsync();
        Assert.Equal(200, await GoAsync(page, await LinkInMailAsync(person.Email)));
        await CheckAsync(page, "reset");
    }

    [Fact]
    public async Task A_page_that_is_not_there_has_no_barrier_for_somebody_who_is_signed_in()
    {
        var owner = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(owner);
        var page = await SignInAsync(owner);
        ExpectStatus(page, 404);
        Assert.Equal(404, await GoAsync(page, $"/w/{slug}/sessions/never-was"));
        await CheckAsync(page, "not-found-inside");
    }

    [Fact]
    public async Task The_list_of_keys_and_the_menus_have_no_barrier()
    {
        var page = await SignInAsync(await App.Data.PersonAsync());
        await page.GotoAsync("/workspaces");
        await page.Keyboard.PressAsync("?");
        await page.WaitForSelectorAsync("#keys[open]");
        await CheckAsync(page, "dialog-keys");
        await page.Keyboard.PressAsync("Escape");
        await page.SetViewportSizeAsync(1440, 900);
        await page.Locator("[popovertarget=me]").ClickAsync();
        await page.WaitForSelectorAsync("#me:popover-open");
        await CheckAsync(page, "menu-me");
    }
}
