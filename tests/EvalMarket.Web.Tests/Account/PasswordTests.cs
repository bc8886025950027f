namespace EvalMarket.Web.Tests.Account;

public sealed class PasswordTests(AccountsApp app)
{
    private const string Another = "four other plain words";

    private async Task<WebPage> AskAsync(string email)
    {
        var visitor = app.Visitor();
        return await visitor.SubmitAsync(await visitor.GetAsync("/account/forgot"), "form", ("Email", email));
    }

    [Fact]
    public async Task Chooses_a_new_password_by_the_link_in_the_message_once()
    {
        var person = await app.PersonAsync();
        await AskAsync(person.Email);
        var link = AccountsApp.LinkIn(await app.MailAsync(person.Email, "Choose a new password"));
        var visitor = app.Visitor();
        var weak = await visitor.SubmitAsync(await visitor.GetAsync(link), "form", ("Password", "short"));
        Assert.Contains("10 characters", weak.ErrorOf("Password"), StringComparison.Ordinal);

        var answer = await visitor.SubmitAsync(weak, "form", ("Password", Another));
        Assert.Equal(302, answer.Status);
        Assert.Equal(200, (await visitor.GetAsync("/account")).Status);
        // Everybody else is out, the old password is worth nothing, and so is the link.
        Assert.Equal(302, (await person.GetAsync("/account")).Status);
        Assert.Equal(200, (await app.Visitor().SignInAsync(person.Email, Browser.Password)).Status);
        Assert.Equal(302, (await app.Visitor().SignInAsync(person.Email, Another)).Status);
        Assert.Equal("This link does not work any more", (await app.Visitor().GetAsync(link)).Heading);
    }

    [Fact]
    public async Task Says_the_same_whether_there_is_an_account_or_not()
    {
        var person = await app.PersonAsync();
        var stranger = AccountsApp.NewAddress();
        var known = await AskAsync(person.Email);
        var unknown = await AskAsync(stranger);
        Assert.Equal(known.Text("main").Replace(person.Email, "", StringComparison.Ordinal), unknown.Text("main").Replace(stranger, "", StringComparison.Ordinal));
        // Messages are written in order: once the next one is there, this one will not come.
        var later = await app.PersonAsync();
        await app.MailAsync(later.Email, "Confirm your e-mail address");
        Assert.Empty(app.Mails(stranger));
    }

    [Fact]
    public async Task A_link_of_one_person_opens_no_other_account()
    {
        var (one, other) = (await app.PersonAsync(), await app.PersonAsync());
        await AskAsync(one.Email);
        await AskAsync(other.Email);
        var mine = AccountsApp.LinkIn(await app.MailAsync(one.Email, "Choose a new password"));
        var theirs = AccountsApp.LinkIn(await app.MailAsync(other.Email, "Choose a new password"));
        var mixed = theirs[..theirs.IndexOf("&token=", StringComparison.Ordinal)] + mine[mine.IndexOf("&token=", StringComparison.Ordinal)..];
        Assert.Equal("This link does not work any more", (await app.Visitor().GetAsync(mixed)).Heading);
    }

    [Fact]
    public async Task Changes_the_password_stays_here_and_leaves_everywhere_else()
    {
        var person = await app.PersonAsync();
        var other = app.Visitor();
        await other.SignInAsync(person.Email, Browser.Password);
        var page = await person.GetAsync("/account/password");
        var wrong = await person.SubmitAsync(page, "form[action*=Change]", ("Current", "not my password"), ("New", Another));
        Assert.Equal("This is not your password.", wrong.ErrorOf("Current"));

        var answer = await person.SubmitAsync(page, "form[action*=Change]", ("Current", Browser.Password), ("New", Another));
        Assert.Equal(302, answer.Status);
        var after = await person.GetAsync("/account/password");
        Assert.Equal(200, after.Status);
        Assert.Contains("Your password was changed.", after.Text(".toast"), StringComparison.Ordinal);
        Assert.Equal(302, (await other.GetAsync("/account")).Status);
        await app.MailAsync(person.Email, "Your password was changed");
    }

    [Fact]
    public async Task Signs_out_everywhere()
    {
        var person = await app.PersonAsync();
        var other = app.Visitor();
        await other.SignInAsync(person.Email, Browser.Password);
        await person.SubmitAsync(await person.GetAsync("/account/password"), "form[action*=Everywhere]");
        Assert.Equal(302, (await person.GetAsync("/account")).Status);
        Assert.Equal(302, (await other.GetAsync("/account")).Status);
    }
}
