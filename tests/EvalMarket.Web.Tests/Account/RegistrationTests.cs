namespace EvalMarket.Web.Tests.Account;

public sealed class RegistrationTests(AccountsApp app, StrictAccountsApp strict)
{
    private async Task<WebPage> RegisterAsync(string email, string password)
    {
        var visitor = app.Visitor();
        return await visitor.SubmitAsync(await visitor.GetAsync("/account/register"), "form", ("Email", email), ("Password", password), ("DisplayName", "Ada"));
    }

    [Fact]
    public async Task Makes_an_account_signs_in_and_asks_for_a_workspace()
    {
        var answer = await RegisterAsync(AccountsApp.NewAddress(), Browser.Password);
        Assert.Equal((302, "/workspaces/new"), (answer.Status, answer.Location));
    }

    [Theory]
    [InlineData("short", "Use 10 characters or more")]
    [InlineData("Password123", "guessed first")]
    [InlineData("1234567890", "guessed first")]
    public async Task Refuses_a_password_that_is_easy_to_guess(string password, string reason)
    {
        var page = await RegisterAsync(AccountsApp.NewAddress(), password);
        Assert.Equal(200, page.Status);
        Assert.Contains(reason, page.ErrorOf("Password"), StringComparison.Ordinal);
        Assert.Equal("Ada", page.Document.QuerySelector("[name=DisplayName]")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("ada@example.com, eve@example.com")]
    [InlineData("Ada <ada@example.com>")]
    public async Task Refuses_what_is_no_address(string email) =>
        Assert.NotEmpty((await RegisterAsync(email, Browser.Password)).ErrorOf("Email"));

    [Fact]
    public async Task Refuses_an_address_that_has_an_account_in_any_spelling()
    {
        var person = await app.PersonAsync();
        var page = await RegisterAsync(person.Email.ToUpperInvariant(), Browser.Password);
        Assert.Contains("There is an account", page.ErrorOf("Email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_registrations_side_by_side_one_wins()
    {
        var email = AccountsApp.NewAddress();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RegisterAsync(email, Browser.Password)));
        Assert.Equal([200, 200, 200, 302], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task Confirms_the_address_by_the_link_and_a_click()
    {
        var person = await app.PersonAsync();
        Assert.Contains("not confirmed yet", (await person.GetAsync("/account")).Body, StringComparison.Ordinal);
        var page = await person.GetAsync(AccountsApp.LinkIn(await app.MailAsync(person.Email, "Confirm your e-mail address")));
        // A mail program that opens the link confirms nothing.
        Assert.Contains("not confirmed yet", (await person.GetAsync("/account")).Body, StringComparison.Ordinal);
        Assert.Equal("Thank you", (await person.SubmitAsync(page, "form")).Heading);
        Assert.DoesNotContain("not confirmed yet", (await person.GetAsync("/account")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_broken_confirmation_link()
    {
        var visitor = app.Visitor();
        Assert.Equal("This link does not work", (await visitor.GetAsync("/account/confirm?user=1&token=!!")).Heading);
        var page = await visitor.GetAsync($"/account/confirm?user={Guid.Empty}&token=abcd");
        Assert.Equal("This link does not work", (await visitor.SubmitAsync(page, "form")).Heading);
    }

    [Fact]
    public async Task Closed_registration_lets_in_only_who_has_an_invitation()
    {
        Assert.Equal("No new accounts here", (await strict.Visitor().GetAsync("/account/register")).Heading);
        Assert.Equal("No new accounts here", (await strict.Visitor().GetAsync("/account/register?returnUrl=%2Finvitations%2Fnone")).Heading);
        var guest = await strict.Visitor().GetAsync($"/account/register?returnUrl={Uri.EscapeDataString(await InviteAsync())}");
        Assert.Equal("Make an account", guest.Heading);
    }

    [Fact]
    public async Task Required_confirmation_answers_the_same_for_a_known_and_an_unknown_address()
    {
        var path = $"/account/register?returnUrl={Uri.EscapeDataString(await InviteAsync())}";
        var email = AccountsApp.NewAddress();
        var visitor = strict.Visitor();
        var unknown = await visitor.SubmitAsync(await visitor.GetAsync(path), "form", ("Email", email), ("Password", Browser.Password));
        var known = await visitor.SubmitAsync(await visitor.GetAsync(path), "form", ("Email", StrictAccountsApp.OwnerEmail), ("Password", Browser.Password));
        Assert.Equal("Look into your mailbox", unknown.Heading);
        Assert.Equal(unknown.Text("main").Replace(email, "", StringComparison.Ordinal), known.Text("main").Replace(StrictAccountsApp.OwnerEmail, "", StringComparison.Ordinal));
        Assert.Contains("There is one already", await strict.MailAsync(StrictAccountsApp.OwnerEmail, "You already have an account"), StringComparison.Ordinal);

        Assert.Contains("confirm your e-mail address first", (await visitor.SignInAsync(email, Browser.Password)).Body, StringComparison.Ordinal);
        var confirm = await visitor.GetAsync(AccountsApp.LinkIn(await strict.MailAsync(email, "Confirm your e-mail address")));
        await visitor.SubmitAsync(confirm, "form");
        Assert.Equal(302, (await visitor.SignInAsync(email, Browser.Password)).Status);
    }

    private async Task<string> InviteAsync()
    {
        var owner = strict.Visitor();
        await owner.SignInAsync(StrictAccountsApp.OwnerEmail, Browser.Password);
        return await owner.InviteAsync(StrictAccountsApp.Workspace, "viewer");
    }
}
