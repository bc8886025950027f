using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;

namespace EvalMarket.Browser.Tests.Accessibility;

public sealed class PublicPageTests(TestApp app, Chromium chromium) : PageCheck(app, chromium)
{
    [Theory]
    [InlineData("start", "/", 200)]
    [InlineData("login", "/account/login", 200)]
    [InlineData("register", "/account/register", 200)]
    [InlineData("forgot", "/account/forgot", 200)]
    [InlineData("resend", "/account/resend", 200)]
    [InlineData("reset-broken", "/account/reset", 200)]
    [InlineData("confirm-broken", "/account/confirm", 200)]
    [InlineData("invitation-broken", "/invitations/never-was", 404)]
    [InlineData("docs-api", "/docs/api", 200)]
    [InlineData("not-found", "/never-was", 404)]
    public async Task A_public_page_has_no_barrier_and_fits_its_window(string name, string address, int status)
    {
        var page = await OpenAsync();
        ExpectStatus(page, 404);
        Assert.Equal(status, await GoAsync(page, address));
        await CheckAsync(page, name);
    }

    [Fact]
    public async Task A_barrier_is_found_and_named_with_its_element()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/account/login");
        await page.EvaluateAsync("() => { const one = document.querySelector('main').appendChild(document.createElement('img')); one.id = 'bare'; one.width = one.height = 20; }");
        var found = Assert.Single(await Axe.FindAsync(page));
        Assert.StartsWith("image-alt: ", found, StringComparison.Ordinal);
        Assert.Contains("id=\"bare\"", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_with_errors_has_no_barrier()
    {
        var page = await OpenAsync();
        await page.GotoAsync("/account/login");
        await page.EvaluateAsync("() => document.querySelector('form.form').submit()");
        await page.WaitForSelectorAsync(".errors, .field .error, [aria-invalid=true]");
        await CheckAsync(page, "login-errors");
    }
}
