using System.Net;
using System.Security.Cryptography;
using System.Text;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Web.Tests.Market;

/// <summary>The answer key stays with the seller: words that stand only in it are looked for in everything else.</summary>
public sealed class AnswerKeyTests(AnswerKeyTests.LoggingApp app) : IClassFixture<AnswerKeyTests.LoggingApp>
{
    private const string Canary = "kanarienvogel";

    /// <summary>Canaries in every field of the key that says something of the answer, names of criteria included.</summary>
    private static readonly string Answers = MarketWorkspace.Answers
        .Replace("\"answer\":\"Paris\"", $"\"answer\":\"{Canary}-answer\",\"secret_note\":\"{Canary}-unknown-field\"", StringComparison.Ordinal)
        .Replace("\"name\":\"The city\"", $"\"name\":\"{Canary}-name\"", StringComparison.Ordinal)
        .Replace("\"description\":\"The capital\"", $"\"description\":\"{Canary}-description\",\"rationale\":\"{Canary}-rationale\",\"examples\":[\"{Canary}-example\"],\"config\":{{\"value\":\"{Canary}-value\"}}", StringComparison.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_answer_file_or_log_that_a_buyer_reaches_holds_a_word_of_the_key()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync(",\"price\":0", Answers);
        var bundle = (await seller.Api.GetAsync("/api/bundles")).GetProperty("items")[0].GetProperty("id").GetString()!;
        await seller.Api.PatchAsync($"/api/listings/{slug}", """{"reveal":"task"}""");
        var priced = await seller.ListAsync(bundle, ",\"price\":20");
        const string Responses = """[{"task_id":"sum","model_response":"42"},{"task_id":"capital","model_response":"Lyon"}]""";
        var job = await buyer.Api.RunJobAsync($"/api/listings/{slug}/submissions?leaderboard=Lab", Api.ApiWorkspace.Json(Responses));
        var id = job.GetProperty("result").GetProperty("id").GetString();
        using var program = app.Client((await app.Data.KeyAsync(buyer.Slug)).Secret);
        using var browser = await app.SignedInAsync(buyer.Slug);
        using var visitor = app.Client();
        List<string> leaks = [];
        // What a buyer sends, and what is wrong with it, is answered without a word of the key.
        foreach (var sent in new[]
        {
            (Path: $"/api/listings/{slug}/submissions", Body: Responses), (Path: $"/api/listings/{slug}/submissions", Body: """[{"task_id":"capital"},{"task_id":"x","model_response":1}]"""),
            (Path: $"/api/listings/{priced}/submissions", Body: Responses), (Path: $"/api/listings/{priced}/grants", Body: """{"product":"core_dataset"}"""),
        })
        {
            using var answer = await program.PostAsync(sent.Path, Api.ApiWorkspace.Json(sent.Body), Cancel);
            if ((await answer.Content.ReadAsStringAsync(Cancel)).Contains(Canary, StringComparison.Ordinal))
                leaks.Add($"POST {sent.Path}");
        }

        // Every GET of the application, with the things of the listing in its parameters, by everybody but the seller.
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in ForeignTenantTests.RoutesOf(app).Where(route => route.Method == "GET"))
        {
            var address = route.Fill(name => name switch
            {
                "workspace" => buyer.Slug,
                "slug" => slug,
                "submission" => id!,
                "file" => "table.csv",
                "bundle" => bundle,
                "job" => job.GetProperty("id").GetString()!,
                "upload" => "job_01h455vb4pex5vsknk084sn02q",
                _ => "1",
            });
            foreach (var client in new[] { program, browser, visitor })
            {
                if (await LookAsync(client, address, leaks))
                    read.Add(route.Path);
            }
        }

        // The search means something: the pages and answers that say most of a listing were among what was read.
        Assert.Superset(
            new HashSet<string>(
                ["/market/{slug}", "/w/{workspace}/market/{slug}", "/w/{workspace}/submissions/{submission}", "/api/submissions/{submission}", "/api/listings/{slug}", "/api/listings/{slug}/tasks.json", "/api/listings/{slug}/reference.zip",
                    "/api/listings/{slug}/leaderboard", "/api/listings/{slug}/commitment", "/api/jobs/{job}", "/w/{workspace}/jobs/{job}", "/w/{workspace}/library"], StringComparer.Ordinal),
            read);
        foreach (var address in new[] { $"/api/listings?q={Canary}", $"/market?q={Canary}", $"/w/{buyer.Slug}/market?q={Canary}", $"/w/{buyer.Slug}/market?scope=held" })
            await LookAsync(browser, address, leaks);
        // Refusals quote nothing either.
        await LookAsync(program, $"/api/listings/{slug}/core/answers.json", leaks, HttpStatusCode.Forbidden);
        await LookAsync(program, $"/api/bundles/{(await seller.Api.GetAsync("/api/bundles")).GetProperty("items")[0].GetProperty("id").GetString()}/answers.json", leaks, HttpStatusCode.NotFound);
        using var bad = await seller.UploadAsync(MarketWorkspace.Tasks, Answers.Replace("\"weight\":100", "\"weight\":1", StringComparison.Ordinal), null);
        if ((await bad.Content.ReadAsStringAsync(Cancel)).Contains(Canary, StringComparison.Ordinal))
            leaks.Add("the errors of an upload");

        var root = Path.Combine(app.DataDirectory, "files");
        var kept = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(file => Path.GetRelativePath(root, file).Split('/', '\\')[0] is not ("vault" or ".tmp"));
        foreach (var file in kept)
        {
            var text = await File.ReadAllTextAsync(file, Cancel);
            // What is kept of a score names criteria, because a seller may reveal them; it says nothing else of the key.
            if (text.Replace($"{Canary}-name", "", StringComparison.Ordinal).Contains(Canary, StringComparison.Ordinal))
                leaks.Add(file);
        }

        if (LoggingApp.Log.Contains(Canary, StringComparison.Ordinal))
            leaks.Add("the log");
        Assert.Empty(leaks);
    }

    [Fact]
    public async Task The_core_dataset_opens_the_key_for_its_buyers_and_every_read_is_written_down()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync(",\"price\":100");
        await seller.Api.PatchAsync($"/api/listings/{slug}", """{"products":["evaluation","core_dataset"]}""");
        await seller.Api.PostAsync($"/api/listings/{slug}/grants", $$"""{"workspace":"{{buyer.Slug}}","product":"evaluation"}""", HttpStatusCode.Created);
        await buyer.DownloadAsync($"/api/listings/{slug}/core/answers.json", HttpStatusCode.Forbidden);

        await seller.Api.PostAsync($"/api/listings/{slug}/grants", $$"""{"workspace":"{{buyer.Slug}}","product":"core_dataset"}""", HttpStatusCode.Created);
        var key = await buyer.DownloadAsync($"/api/listings/{slug}/core/answers.json");

        Assert.Equal(MarketWorkspace.Answers, Encoding.UTF8.GetString(key));
        var records = await app.InWorkspaceAsync(seller.Slug, services => services.GetRequiredService<Core.Audit.AuditReader>().ReadAsync(null, 100, Cancel));
        Assert.Single(records.Records, record => record.Action == "key.read_by_buyer" && record.Actor.EndsWith($"of {buyer.Slug}", StringComparison.Ordinal));
        Assert.Contains(records.Records, record => record.Action == "key.validated");
    }

    [Theory]
    [InlineData("key.read", "/api/bundles/{bundle}/answers.json")]
    [InlineData("key.read", "/api/listings/{slug}/core/answers.json")]
    [InlineData("key.read", "/w/{workspace}/bundles/{bundle}/task?id=capital")]
    [InlineData("key.read", "/w/{workspace}/bundles/{bundle}/uploads/{upload}/file?part=answers")]
    [InlineData("key.reviewed_with", "/w/{workspace}/bundles/reviews/{submission}")]
    public async Task Every_way_to_read_a_key_is_written_down(string action, string path)
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var browser = await app.SignedInAsync(seller.Slug);
        var slug = await seller.PublishAsync(answers: MarketWorkspace.Answers.Replace(
            "\"type\":\"lexical\",\"description\":\"The capital\"", "\"type\":\"semantic\",\"semanticPrompt\":\"Is it Paris?\",\"description\":\"The capital\"", StringComparison.Ordinal));
        var bundle = (await seller.Api.GetAsync("/api/bundles")).GetProperty("items")[0].GetProperty("id").GetString()!;
        var submission = (await seller.SubmitAsync(slug, """[{"task_id":"capital","model_response":"Paris"}]""")).GetProperty("id").GetString();
        var upload = Path.GetFileName(Assert.Single(Directory.EnumerateDirectories(Path.Combine(app.DataDirectory, "files", "vault", seller.Slug, bundle), "job_*")));
        var before = await RecordsAsync(seller.Slug, action);
        var address = path.Replace("{bundle}", bundle, StringComparison.Ordinal).Replace("{slug}", slug, StringComparison.Ordinal).Replace("{workspace}", seller.Slug, StringComparison.Ordinal)
            .Replace("{upload}", upload, StringComparison.Ordinal).Replace("{submission}", submission, StringComparison.Ordinal);

        using var answer = await (path.StartsWith("/api", StringComparison.Ordinal) ? seller.Api.Http : browser).GetAsync(address, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(await RecordsAsync(seller.Slug, action) > before, $"{address} read the key, and nothing says so.");
        Assert.Equal(1, await RecordsAsync(seller.Slug, "key.graded_with"));
    }

    private Task<int> RecordsAsync(string slug, string action) => app.InWorkspaceAsync(slug, async services =>
        (await services.GetRequiredService<Core.Audit.AuditReader>().ReadAsync(null, 100, Cancel)).Records.Count(record => record.Action == action));

    [Fact]
    public async Task A_revealed_nonce_lets_anyone_check_that_the_key_never_changed()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();
        using var visitor = app.Client();
        var listing = await buyer.Api.GetAsync($"/api/listings/{slug}/commitment");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, listing.GetProperty("nonce").ValueKind);
        await buyer.Api.SendAsync(HttpMethod.Post, $"/api/listings/{slug}/commitment/reveal", "{}", HttpStatusCode.NotFound);

        var nonce = (await seller.Api.PostAsync($"/api/listings/{slug}/commitment/reveal", "{}")).GetProperty("nonce").GetString()!;

        var bytes = Convert.FromHexString(nonce).Concat(Encoding.UTF8.GetBytes(MarketWorkspace.Answers)).ToArray();
        Assert.Equal(listing.GetProperty("commitment").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Contains("This is the key.", await CheckAsync(visitor, slug, MarketWorkspace.Answers), StringComparison.Ordinal);
        Assert.Contains("This is not the key.", await CheckAsync(visitor, slug, MarketWorkspace.Answers + " "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_market_comes_back_from_its_files()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();
        var submitted = await buyer.SubmitAsync(slug, """[{"task_id":"capital","model_response":"Paris"}]""");
        var before = (await seller.Api.GetAsync("/api/bundles")).ToString() + await buyer.Api.GetAsync($"/api/submissions/{submitted.GetProperty("id").GetString()}");

        await using (var scope = app.Services.CreateAsyncScope())
        {
            foreach (var rebuilder in scope.ServiceProvider.GetServices<Core.Data.IIndexRebuilder>().Where(rebuilder => rebuilder.Name == "market"))
                await rebuilder.RebuildAsync(Cancel);
        }

        Assert.Equal(before, (await seller.Api.GetAsync("/api/bundles")).ToString() + await buyer.Api.GetAsync($"/api/submissions/{submitted.GetProperty("id").GetString()}"));
        Assert.Equal(1, (await buyer.Api.GetAsync($"/api/listings/{slug}")).GetProperty("runs").GetInt32());
        await buyer.SubmitAsync(slug, """[{"task_id":"capital","model_response":"Paris"}]""");
    }

    private static async Task<string> CheckAsync(HttpClient visitor, string slug, string file)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "file", "answers.json" } };
        using var answer = await visitor.PostAsync($"/market/{slug}/commitment", form, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>Whether it was answered.</summary>
    private static async Task<bool> LookAsync(HttpClient client, string address, List<string> leaks, HttpStatusCode? expected = null)
    {
        using var answer = await client.GetAsync(address, Cancel);
        var text = $"{answer.Headers}{answer.Content.Headers}{await answer.Content.ReadAsStringAsync(Cancel)}";
        // The page says again what was looked for.
        var isEcho = address.Contains($"q={Canary}", StringComparison.Ordinal);
        if (text.Contains(isEcho ? Canary + "-" : Canary, StringComparison.Ordinal))
            leaks.Add(address);
        if (expected is { } status)
            Assert.Equal(status, answer.StatusCode);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>An app whose whole log can be searched.</summary>
    public sealed class LoggingApp() : TestApp(new Dictionary<string, string>(), builder => builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Lines))
    {
        private static readonly LogLines Lines = new();

        public static string Log => Lines.ToString();
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly StringBuilder text = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (text)
                text.AppendLine(formatter(state, exception)).AppendLine(exception?.ToString());
        }

        public override string ToString()
        {
            lock (text)
                return text.ToString();
        }

        public void Dispose()
        {
        }
    }
}
