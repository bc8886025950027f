using System.Globalization;
using System.Text;
using EvalMarket.Core.Samples;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Browsing;

/// <summary>
/// A test with browsers of its own. When it ends, nothing may have been on the console; when it fails, a picture and the HTML of every
/// page that was open are left in <c>TestResults/browser</c>.
/// </summary>
public abstract class BrowserTest(TestApp app, Chromium chromium) : IAsyncLifetime
{
    private const int PatienceInMilliseconds = 15_000;

    private static readonly Lazy<string> ResultsFolder = new(FindResults);

    private readonly List<(IBrowserContext Context, Complaints Complaints)> contexts = [];

    protected TestApp App { get; } = app;

    public virtual ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout(PatienceInMilliseconds);
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        List<string> complaints = [.. contexts.SelectMany(one => one.Complaints.All)];
        if (complaints.Count > 0 || TestContext.Current.TestState?.Result == TestResult.Failed)
            await KeepAsync();
        foreach (var (context, _) in contexts)
            await context.DisposeAsync();
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    /// <summary>A page in a browser that knows nothing yet.</summary>
    protected async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.BaseURL = App.Address.ToString();
        options.ViewportSize ??= new ViewportSize { Width = 1440, Height = 900 };
        options.ReducedMotion = ReducedMotion.Reduce;
        options.Locale = "en-GB";
        options.TimezoneId = "UTC";
        var context = await chromium.Browser.NewContextAsync(options);
        var complaints = new Complaints();
        contexts.Add((context, complaints));
        await complaints.ListenAsync(context);
        context.SetDefaultTimeout(PatienceInMilliseconds);
        return await context.NewPageAsync();
    }

    /// <summary>A page in a browser in which the person has signed in through the form.</summary>
    protected async Task<IPage> SignInAsync(TestPerson person, BrowserNewContextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(person);
        var page = await OpenAsync(options);
        await page.GotoAsync("/account/login");
        await page.GetByLabel("E-mail address").FillAsync(person.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(TestData.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync(address => !address.Contains("/account/login", StringComparison.Ordinal));
        return page;
    }

    /// <summary>Somebody with a workspace of invented sessions.</summary>
    protected async Task<(TestPerson Person, string Slug)> SampleAsync()
    {
        var person = await App.Data.PersonAsync();
        await using var scope = App.Services.CreateAsyncScope();
        var opened = await scope.ServiceProvider.GetRequiredService<SampleWorkspace>().OpenAsync(person.Id, person.Email, TestContext.Current.CancellationToken);
        return opened.Succeeded(out var slug, out var failure) ? (person, slug) : throw new InvalidOperationException(failure.Message);
    }

    protected async Task<(IPage Page, string Slug)> SignInToSampleAsync()
    {
        var (person, slug) = await SampleAsync();
        return (await SignInAsync(person), slug);
    }

    /// <summary>The test means to be answered with this status somewhere.</summary>
    protected void ExpectStatus(IPage page, int status) => contexts.Single(one => one.Context == page.Context).Complaints.Expect(status);

    /// <summary>Opens an address and says how the server answered.</summary>
    protected static async Task<int> GoAsync(IPage page, string address) => (await page.GotoAsync(address))?.Status ?? 0;

    /// <summary>How many pixels of the page lie beyond its right edge.</summary>
    protected static Task<int> OverflowAsync(IPage page) =>
        page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>A transcript of this repository, by its path under <c>Fixtures</c>.</summary>
    protected static string Fixture(string path) => Path.Combine(AppContext.BaseDirectory, "Fixtures", path);

    /// <summary>The link of a message to somebody; messages are written after the answer has gone out.</summary>
    protected async Task<string> LinkInMailAsync(string to)
    {
        var folder = Path.Combine(App.DataDirectory, "mail");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var mails = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml").Select(path => File.ReadAllText(path, Encoding.UTF8)) : [];
            if (mails.FirstOrDefault(text => text.Contains($"To: {to}\r\n", StringComparison.Ordinal)) is { } mail)
                return new Uri(mail.Split("\r\n").Single(line => line.StartsWith("http", StringComparison.Ordinal))).PathAndQuery;
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private static string FindResults()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EvalMarket.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "TestResults", "browser");
    }

    private async Task KeepAsync()
    {
        Directory.CreateDirectory(ResultsFolder.Value);
        var test = TestContext.Current.Test?.TestDisplayName ?? GetType().Name;
        var name = string.Concat(test.Split('.')[^1].Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'))[..Math.Min(100, test.Split('.')[^1].Length)];
        foreach (var (number, page) in contexts.SelectMany(one => one.Context.Pages).Index())
        {
            var path = Path.Combine(ResultsFolder.Value, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            await page.ScreenshotAsync(new() { Path = path + ".png", FullPage = true });
            await File.WriteAllTextAsync(path + ".html", $"<!-- {page.Url} -->\n{await page.ContentAsync()}");
        }
    }
}
