using System.Net;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class SignedInApiTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_browser_with_one_workspace_need_not_name_it_and_with_two_it_must()
    {
        var person = await app.Data.PersonAsync();
        var first = await app.Data.WorkspaceAsync(person);
        using var browser = await app.SignInAsync(person);
        Assert.Contains(first, await browser.GetStringAsync("/api/workspace"), StringComparison.Ordinal);

        var second = await app.Data.WorkspaceAsync(person);

        using var unnamed = await browser.GetAsync("/api/workspace");
        await ApiKeyTests.AssertProblemAsync(unnamed, 400, "workspace_required");
        Assert.Contains(second, await browser.GetStringAsync($"/api/workspace?workspace={second}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_workspace_does_not_exist()
    {
        var person = await app.Data.PersonAsync();
        await app.Data.WorkspaceAsync(person);
        using var browser = await app.SignInAsync(person);

        using var foreign = await browser.GetAsync($"/api/workspace?workspace={await app.Data.WorkspaceAsync()}");

        await ApiKeyTests.AssertProblemAsync(foreign, 404, "not_found");
    }

    [Fact]
    public async Task Over_plain_http_the_cookie_has_its_plain_name_and_scripts_cannot_read_it()
    {
        var person = await app.Data.PersonAsync();
        using var client = app.Client();
        using var page = await client.GetAsync("/account/login");

        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie =>
        {
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("__Host-", cookie, StringComparison.Ordinal);
        });
        using var browser = await app.SignInAsync(person);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/docs/api")).StatusCode);
    }

    [Fact]
    public async Task Guessing_passwords_of_an_account_has_to_wait_and_others_need_not()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:SignInAttemptsPerMinute"] = "2" });
        var (guessed, other) = (await own.Data.PersonAsync(), await own.Data.PersonAsync());
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(own, guessed)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(own, guessed)).StatusCode);

        using var third = await TryAsync(own, guessed);

        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        using var browser = await own.SignInAsync(other);
        own.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(own, guessed)).StatusCode);
    }

    private static async Task<HttpResponseMessage> TryAsync(TestApp app, TestPerson person)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Address };
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Email"] = person.Email,
            ["Password"] = "not the password",
            ["__RequestVerificationToken"] = TestApp.Token(await browser.GetStringAsync("/account/login")),
        });
        return await browser.PostAsync("/account/login", fields);
    }

    [Fact]
    public async Task A_page_sends_a_stranger_to_the_sign_in_and_back()
    {
        using var client = app.Client();

        using var answer = await client.GetAsync("/w/whatever/settings");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/account/login?returnUrl=%2Fw%2Fwhatever%2Fsettings", answer.Headers.Location!.PathAndQuery);
    }
}
