using EvalMarket.Web.Pages.Account;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Web.Tests.Account;

public sealed class SignInTests(AccountsApp app)
{
    [Fact]
    public async Task Signs_in_and_goes_to_the_last_workspace()
    {
        var (owner, workspace) = await app.OwnerAsync();
        await owner.SignOutAsync();
        var answer = await owner.SignInAsync(owner.Email, Browser.Password);
        Assert.Equal((302, $"/w/{workspace}"), (answer.Status, answer.Location));
        Assert.Equal(200, (await owner.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Goes_back_to_where_the_person_wanted_to_go()
    {
        var person = await app.PersonAsync();
        await person.SignOutAsync();
        var refused = await person.GetAsync("/account/password");
        Assert.Equal(302, refused.Status);
        var login = await person.GetAsync(new Uri(refused.Location!, UriKind.RelativeOrAbsolute) is { IsAbsoluteUri: true } absolute ? absolute.PathAndQuery : refused.Location!);
        var answer = await person.SubmitAsync(login, "form", ("Email", person.Email), ("Password", Browser.Password));
        Assert.Equal("/account/password", answer.Location);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task Never_leads_to_another_site(string returnUrl)
    {
        var person = await app.PersonAsync();
        await person.SignOutAsync();
        var login = await person.GetAsync($"/account/login?returnUrl={Uri.EscapeDataString(returnUrl)}");
        var answer = await person.SubmitAsync(login, "form", ("Email", person.Email), ("Password", Browser.Password));
        Assert.Equal("/workspaces/new", answer.Location);
    }

    [Fact]
    public async Task Says_the_same_of_a_wrong_password_and_an_unknown_address()
    {
        var person = await app.PersonAsync();
        var wrong = await app.Visitor().SignInAsync(person.Email, "not the right words");
        var unknown = await app.Visitor().SignInAsync(AccountsApp.NewAddress(), "not the right words");
        Assert.Equal(wrong.Status, unknown.Status);
        Assert.Equal(LoginModel.Refusal, wrong.Text(".errors li"));
        Assert.Equal(wrong.Text("main"), unknown.Text("main"));
    }

    [Fact]
    public async Task Locks_an_account_after_five_wrong_passwords_without_saying_so_and_opens_it_again()
    {
        var person = await app.PersonAsync();
        var visitor = app.Visitor();
        for (var i = 0; i < 5; i++)
            await visitor.SignInAsync(person.Email, $"wrong password {i}");
        var locked = await visitor.SignInAsync(person.Email, Browser.Password);
        Assert.Equal(200, locked.Status);
        Assert.Equal(LoginModel.Refusal, locked.Text(".errors li"));

        await app.InDatabaseAsync(database => database.Users.Where(user => user.Email == person.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.LockoutEnd, user => user.LockoutEnd!.Value.AddMinutes(-6))));
        Assert.Equal(302, (await visitor.SignInAsync(person.Email, Browser.Password)).Status);
    }

    [Fact]
    public async Task Tries_side_by_side_cannot_outrun_the_lock()
    {
        var person = await app.PersonAsync();
        await Task.WhenAll(Enumerable.Range(0, 9).Select(i => app.Visitor().SignInAsync(person.Email, $"wrong password {i}")));
        var until = await app.InDatabaseAsync(database => database.Users.Where(user => user.Email == person.Email).Select(user => user.LockoutEnd).SingleAsync());
        Assert.NotNull(until);
    }

    [Fact]
    public async Task Keeps_the_address_and_forgets_the_password_when_refused()
    {
        var page = await app.Visitor().SignInAsync("somebody@example.com", "");
        Assert.Equal("Enter your password.", page.ErrorOf("Password"));
        Assert.Equal("somebody@example.com", page.Document.QuerySelector("[name=Email]")!.GetAttribute("value"));
        Assert.False(page.Document.QuerySelector("[name=Password]")!.HasAttribute("value"));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_a_copy_of_the_cookie_too_and_for_no_other_device()
    {
        var person = await app.PersonAsync();
        var other = app.Visitor();
        await other.SignInAsync(person.Email, Browser.Password);
        var thief = person.WithStolenCookies();
        Assert.Equal(200, (await thief.GetAsync("/account")).Status);

        await person.SignOutAsync();
        Assert.Equal(302, (await thief.GetAsync("/account")).Status);
        Assert.Equal(302, (await person.GetAsync("/account")).Status);
        Assert.Equal(200, (await other.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task Does_not_sign_out_by_a_link()
    {
        var person = await app.PersonAsync();
        Assert.Equal("Sign out?", (await person.GetAsync("/account/logout")).Heading);
        Assert.Equal(200, (await person.GetAsync("/account")).Status);
    }
}
