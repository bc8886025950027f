using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

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
