using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Api;

/// <summary>A new workspace as a program with a key sees it.</summary>
internal sealed class ApiWorkspace : IDisposable
{
    public ApiWorkspace(string slug, HttpClient http)
    {
        Slug = slug;
        Http = http;
    }

    public string Slug { get; }

    public HttpClient Http { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ApiWorkspace> OpenAsync(TestApp app, ApiKeyScopes scopes = ApiKeyScopes.All)
    {
        var slug = await app.Data.WorkspaceAsync();
        return new ApiWorkspace(slug, app.Client((await app.Data.KeyAsync(slug, scopes)).Secret));
    }

    public void Dispose() => Http.Dispose();

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Http.GetAsync(path, Cancel);
        return await ReadAsync(answer, expected);
    }

    public Task<JsonElement> PostAsync(string path, string json, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(HttpMethod.Post, path, json, expected);

    public Task<JsonElement> PatchAsync(string path, string json, HttpStatusCode expected = HttpStatusCode.OK) => SendAsync(HttpMethod.Patch, path, json, expected);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string json, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path) { Content = Json(json) };
        using var answer = await Http.SendAsync(request, Cancel);
        return await ReadAsync(answer, expected);
    }

    /// <summary>Sends NDJSON.</summary>
    public async Task<JsonElement> PostLinesAsync(string lines, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
        using var answer = await Http.PostAsync("/api/sessions", content, Cancel);
        return await ReadAsync(answer, expected);
    }

    /// <summary>Uploads files, as a browser or curl -F does.</summary>
    public async Task<JsonElement> ImportAsync(IEnumerable<(string Name, string Content)> files, string? format = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var content = Multipart(files, format);
        using var answer = await Http.PostAsync("/api/sessions/import", content, Cancel);
        return await ReadAsync(answer, expected);
    }

    public static MultipartFormDataContent Multipart(IEnumerable<(string Name, string Content)> files, string? format = null)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, text) in files)
        {
            var part = new StringContent(text);
            part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Add(part, "file", name);
        }

        if (format is not null)
            content.Add(new StringContent(format), "format");
        return content;
    }

    /// <summary>Sends a request that becomes a job, and waits for its end.</summary>
    public async Task<JsonElement> RunJobAsync(string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("Prefer", "respond-async");
        using var answer = await Http.SendAsync(request, Cancel);
        await ReadAsync(answer, HttpStatusCode.Accepted);
        return await JobEndAsync(answer.Headers.Location!.ToString());
    }

    public async Task<JsonElement> JobEndAsync(string location)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var job = await GetAsync(location);
            if (job.GetProperty("status").GetString() is not ("queued" or "running"))
                return job;
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>A session in its simplest form.</summary>
    public static string Session(string externalId, string question = "Hello", string answer = "Hi!", string more = "") => new JsonObject
    {
        ["external_id"] = externalId,
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = question },
            new JsonObject { ["role"] = "assistant", ["content"] = answer }),
    }.ToJsonString() is var json && more.Length == 0 ? json : $"{json[..^1]},{more}}}";

    /// <summary>Sends one session; its id is the answer.</summary>
    public async Task<string> AddAsync(string externalId, string more = "", string question = "Hello", string answer = "Hi!") =>
        (await PostAsync("/api/sessions", Session(externalId, question, answer, more))).GetProperty("ids")[0].GetString()!;

    public static (long Created, long Updated, long Unchanged) Counts(JsonElement answer) =>
        (answer.GetProperty("created").GetInt64(), answer.GetProperty("updated").GetInt64(), answer.GetProperty("unchanged").GetInt64());

    public static List<string> Strings(JsonElement list) => [.. list.EnumerateArray().Select(element => element.GetString()!)];

    /// <summary>The external ids of a list's page, in its order.</summary>
    public async Task<List<string>> ListAsync(string query) =>
        [.. (await GetAsync($"/api/sessions{query}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("external_id").GetString()!)];

    /// <summary>The answer's JSON; nothing where it has no body.</summary>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} instead of {(int)expected}: {body}");
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }
}
