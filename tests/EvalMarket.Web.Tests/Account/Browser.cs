using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace EvalMarket.Web.Tests.Account;

/// <summary>What a browser without scripts does: keeps cookies, reads pages, fills in forms. Does not follow redirects by itself.</summary>
public sealed class Browser(Uri address)
{
    public const string Password = "correct horse battery";

    private readonly CookieContainer cookies = new();

    private HttpClient? client;

    public string Email { get; set; } = "";

    private HttpClient Client => client ??= new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = address };

    public async Task<WebPage> GetAsync(string path) => await ReadAsync(path, await Client.GetAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Sends the one form that the selector finds, as the page has filled it in, with some fields changed.</summary>
    public async Task<WebPage> SubmitAsync(WebPage page, string form, params (string Name, string Value)[] values)
    {
        var element = Assert.IsType<IHtmlFormElement>(page.Document.QuerySelector(form), exactMatch: false);
        List<KeyValuePair<string, string>> fields = [];
        foreach (var input in element.QuerySelectorAll("input[name], select[name], textarea[name]"))
        {
            var name = input.GetAttribute("name")!;
            if (values.Any(value => value.Name == name))
                continue;
            if (input is IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false })
                continue;
            fields.Add(new(name, input switch
            {
                IHtmlInputElement text => text.Value,
                IHtmlSelectElement select => select.Value ?? "",
                _ => input.TextContent,
            }));
        }

        fields.AddRange(values.Select(value => new KeyValuePair<string, string>(value.Name, value.Value)));
        var action = element.GetAttribute("action") is { Length: > 0 } given ? given : page.Path;
        using var content = new FormUrlEncodedContent(fields);
        return await ReadAsync(action, await Client.PostAsync(new Uri(action, UriKind.Relative), content));
    }

    public async Task<WebPage> SignInAsync(string email, string password)
    {
        Email = email;
        return await SubmitAsync(await GetAsync("/account/login"), "form", ("Email", email), ("Password", password));
    }

    public async Task<WebPage> SignOutAsync() => await SubmitAsync(await GetAsync("/account/logout"), "form.form");

    /// <summary>Makes an invitation and gives the path of its link.</summary>
    public async Task<string> InviteAsync(string workspace, string role)
    {
        var page = await SubmitAsync(await GetAsync($"/w/{workspace}/settings/members"), "form[action*=Invite]", ("role", role));
        return new Uri(page.Text("#invitation-link")).PathAndQuery;
    }

    /// <summary>Another browser with a copy of this one's cookies.</summary>
    public Browser WithStolenCookies()
    {
        var thief = new Browser(address) { Email = Email };
        foreach (Cookie cookie in cookies.GetCookies(address))
            thief.cookies.Add(address, new Cookie(cookie.Name, cookie.Value));
        return thief;
    }

    private static async Task<WebPage> ReadAsync(string path, HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            var document = await new HtmlParser().ParseDocumentAsync(body);
            return new WebPage(path, (int)response.StatusCode, response.Headers.Location?.OriginalString, body, document, response.Content.Headers.ContentDisposition?.DispositionType);
        }
    }
}

/// <summary>An answer, read.</summary>
public sealed record WebPage(string Path, int Status, string? Location, string Body, IDocument Document, string? Disposition)
{
    public string Heading => Text("h1");

    public string Text(string selector) => Document.QuerySelector(selector)?.TextContent.Trim() ?? "";

    public bool Has(string selector) => Document.QuerySelector(selector) is not null;

    /// <summary>The error of a field: found the way a screen reader finds it.</summary>
    public string ErrorOf(string field)
    {
        var input = Document.QuerySelector($"[name={field}]");
        Assert.NotNull(input);
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        var ids = input.GetAttribute("aria-describedby")!.Split(' ');
        return string.Join(' ', ids.Select(id => Document.GetElementById(id)!.TextContent.Trim()));
    }
}
