using System.Text;
using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure;
using EvalMarket.Web.Tests.Account;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(AccountsApp))]
[assembly: AssemblyFixture(typeof(StrictAccountsApp))]

namespace EvalMarket.Web.Tests.Account;

/// <summary>The whole app on a port of its own, with a database and a data directory that go when it ends.</summary>
public class AccountsApp : IAsyncLifetime
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), $"evalmarket-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}");

    private WebApplication? app;

    public Uri Address => new(app!.Urls.First());

    public string MailDirectory => Path.Combine(directory, "mail");

    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>();

    public async ValueTask InitializeAsync()
    {
        app = EvalMarketApplication.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(Settings) { ["DataDirectory"] = directory });
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration["urls"] = "http://127.0.0.1:0";
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        });
        await EvalMarketApplication.PrepareAsync(app, null, CancellationToken.None);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        Directory.Delete(directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    public Browser Visitor() => new(Address);

    /// <summary>A browser in which somebody new has just made an account.</summary>
    public async Task<Browser> PersonAsync(string? email = null)
    {
        var browser = Visitor();
        browser.Email = email ?? NewAddress();
        var page = await browser.GetAsync("/account/register");
        var answer = await browser.SubmitAsync(page, "form", ("Email", browser.Email), ("Password", Browser.Password));
        Assert.Equal(302, answer.Status);
        return browser;
    }

    /// <summary>A new person with a new workspace.</summary>
    public async Task<(Browser Owner, string Workspace)> OwnerAsync()
    {
        var owner = await PersonAsync();
        var slug = $"lab-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}"[..24];
        var answer = await owner.SubmitAsync(await owner.GetAsync("/workspaces/new"), "main form", ("Name", $"Lab {slug}"), ("Slug", slug));
        Assert.Equal($"/w/{slug}", answer.Location);
        return (owner, slug);
    }

    /// <summary>A new person who has accepted an invitation.</summary>
    public async Task<Browser> MemberAsync(Browser inviter, string workspace, string role)
    {
        var member = await PersonAsync();
        var link = await inviter.InviteAsync(workspace, role);
        var answer = await member.SubmitAsync(await member.GetAsync(link), "form");
        Assert.Equal($"/w/{workspace}", answer.Location);
        return member;
    }

    /// <summary>Does something in the database, as somebody in the workspace or outside of any.</summary>
    public async Task<T> InDatabaseAsync<T>(Func<EvalMarketDbContext, Task<T>> action, string? workspace = null)
    {
        await using var scope = app!.Services.CreateAsyncScope();
        if (workspace is not null)
            scope.ServiceProvider.GetRequiredService<Tenant>().Enter(workspace, Actor.Nobody);
        return await action(scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>());
    }

    /// <summary>Waits for a message; they are written after the answer has gone out.</summary>
    public async Task<string> MailAsync(string to, string subject)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (Mails(to).FirstOrDefault(text => text.Contains($"Subject: {subject}\r\n", StringComparison.Ordinal)) is { } found)
                return found;
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    public IEnumerable<string> Mails(string to) =>
        Directory.Exists(MailDirectory)
            ? Directory.EnumerateFiles(MailDirectory, "*.eml").Select(path => File.ReadAllText(path, Encoding.UTF8))
                .Where(text => text.Contains($"To: {to}\r\n", StringComparison.Ordinal))
            : [];

    /// <summary>Path and query of the link in a message.</summary>
    public static string LinkIn(string mail) =>
        new Uri(mail.Split("\r\n").Single(line => line.StartsWith("http", StringComparison.Ordinal))).PathAndQuery;

    public static string NewAddress() => $"p{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}@example.com";
}

/// <summary>The same with registration closed and confirmed addresses required.</summary>
public sealed class StrictAccountsApp : AccountsApp
{
    public const string OwnerEmail = "owner@example.com";

    public const string Workspace = "strict";

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Accounts:AllowRegistration"] = "false",
        ["Accounts:RequireConfirmedEmail"] = "true",
        ["Bootstrap:Email"] = OwnerEmail,
        ["Bootstrap:Password"] = Browser.Password,
        ["Bootstrap:Workspace"] = Workspace,
    };
}
