using System.Net;
using System.Text.RegularExpressions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EvalMarket.TestKit;

/// <summary>
/// The whole app on a port of its own, with a database and a data folder of its own. As a class fixture it serves the tests of one class:
/// they make workspaces of their own and stay out of each other's way.
/// </summary>
public class TestApp : IAsyncLifetime
{
    private readonly Action<WebApplicationBuilder>? adjust;
    private readonly IReadOnlyDictionary<string, string> settings;
    private WebApplication? app;
    private TestDatabase? database;

    public TestApp()
        : this(new Dictionary<string, string>())
    {
    }

    /// <summary>An app that is set up otherwise: for fixtures that derive from it.</summary>
    /// <param name="settings">Configuration, by its name: <c>Limits:PageSize</c>.</param>
    protected TestApp(IReadOnlyDictionary<string, string> settings, Action<WebApplicationBuilder>? adjust = null)
    {
        this.settings = settings;
        this.adjust = adjust;
        Data = new TestData(this);
    }

    public MovableTime Time { get; } = new();

    public TestData Data { get; }

    public string DataDirectory { get; } = TestFolder.Create();

    public Uri Address { get; private set; } = new("http://localhost");

    public IServiceProvider Services => app?.Services ?? throw new InvalidOperationException("The app has not been started.");

    public string ConnectionString => database?.ConnectionString ?? throw new InvalidOperationException("The app has not been started.");

    public static async Task<TestApp> StartAsync(IReadOnlyDictionary<string, string> settings, Action<WebApplicationBuilder>? adjust = null)
    {
        var started = new TestApp(settings, adjust);
        await started.InitializeAsync();
        return started;
    }

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        await StartAsync();
    }

    /// <summary>Stops the app and starts it again on the same data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        if (database is not null)
            await database.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>A client without any sign-in, which follows no redirects.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };

    /// <summary>A program with a key.</summary>
    public HttpClient Client(string key)
    {
        var client = Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    /// <summary>A browser in which the person has signed in; sends the antiforgery header with every request.</summary>
    public async Task<HttpClient> SignInAsync(TestPerson person)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        var browser = new HttpClient(handler) { BaseAddress = Address };
        var form = await browser.GetStringAsync("/account/login");
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Email"] = person.Email,
            ["Password"] = TestData.Password,
            ["__RequestVerificationToken"] = Token(form),
        });
        using var answer = await browser.PostAsync("/account/login", fields);
        if (answer.StatusCode != HttpStatusCode.Redirect)
            throw new InvalidOperationException($"{person.Email} could not sign in: {answer.StatusCode}.");

        browser.DefaultRequestHeaders.Add("RequestVerificationToken", Token(await browser.GetStringAsync("/docs/api")));
        return browser;
    }

    /// <summary>Runs something as the app itself would inside a workspace, with every permission.</summary>
    public async Task<T> InWorkspaceAsync<T>(string slug, Func<IServiceProvider, Task<T>> action)
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(slug, new Actor("test", null, null, Permissions.Of(WorkspaceRole.Owner)));
        return await action(scope.ServiceProvider);
    }

    /// <summary>The antiforgery token of a page, from its form or its head.</summary>
    public static string Token(string html)
    {
        var match = Regex.Match(html, "(?:__RequestVerificationToken\"[^>]*value|csrf-token\" content)=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        return match.Success ? match.Groups["token"].Value : throw new InvalidOperationException("The page has no antiforgery token.");
    }

    private async Task StartAsync()
    {
        var given = new Dictionary<string, string>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["DataDirectory"] = DataDirectory,
            ["Database:Provider"] = "PostgreSql",
            ["ConnectionStrings:Database"] = ConnectionString,
        };
        foreach (var (name, value) in settings)
            given[name] = value;

        app = EvalMarketApplication.Build([.. given.Select(setting => $"--{setting.Key}={setting.Value}")], builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            adjust?.Invoke(builder);
        });
        await EvalMarketApplication.PrepareAsync(app, null, CancellationToken.None);
        await app.StartAsync();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    private async Task StopAsync()
    {
        if (app is null)
            return;
        await app.StopAsync();
        await app.DisposeAsync();
        app = null;
    }
}
