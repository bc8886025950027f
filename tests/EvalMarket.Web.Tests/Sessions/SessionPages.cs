using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

/// <summary>A workspace with somebody in front of it, and sessions to look at.</summary>
internal sealed class SessionPages(string slug, HttpClient browser, HttpClient program) : IDisposable
{
    public string Slug => slug;

    public HttpClient Browser => browser;

    public HttpClient Program => program;

    public static async Task<SessionPages> OpenAsync(TestApp app, WorkspaceRole role = WorkspaceRole.Owner)
    {
        var person = await app.Data.PersonAsync();
        string slug;
        if (role == WorkspaceRole.Owner)
        {
            slug = await app.Data.WorkspaceAsync(person);
        }
        else
        {
            slug = await app.Data.WorkspaceAsync();
            await app.Data.MemberAsync(slug, person, role);
        }

        return new SessionPages(slug, await app.SignInAsync(person), app.Client((await app.Data.KeyAsync(slug)).Secret));
    }

    /// <summary>Sends sessions by API; the answer is their ids.</summary>
    public async Task<IReadOnlyList<string>> PushAsync(params IReadOnlyList<object> sessions)
    {
        var lines = string.Join('\n', sessions.Select(session => JsonSerializer.Serialize(session)));
        using var content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
        using var answer = await program.PostAsync("/api/sessions", content);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return [.. body.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)];
    }

    /// <summary>A session of one turn.</summary>
    public static object Session(string title, DateTimeOffset? at = null, string source = "codex", string question = "Why?", string answer = "Because.", bool? ready = null, string? status = null) =>
        new
        {
            external_id = $"{title}-{Guid.CreateVersion7()}",
            title,
            source,
            created_at = at ?? new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            eval_ready = ready ?? false,
            eval_status = status,
            messages = new[] { new { role = "user", content = question }, new { role = "assistant", content = answer } },
        };

    public async Task<IHtmlDocument> GetAsync(string path)
    {
        using var answer = await browser.GetAsync($"/w/{slug}{path}");
        answer.EnsureSuccessStatusCode();
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> PostAsync(string path, params IReadOnlyList<(string Name, string Value)> fields)
    {
        var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return browser.PostAsync($"/w/{slug}{path}", content);
    }

    public async Task<JsonElement> SessionAsync(string id) => await program.GetFromJsonAsync<JsonElement>($"/api/sessions/{id}");

    public static IReadOnlyList<string> Titles(IHtmlDocument page) => [.. page.QuerySelectorAll(".row-link").Select(link => link.TextContent)];

    public void Dispose()
    {
        browser.Dispose();
        program.Dispose();
    }
}
