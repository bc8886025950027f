using System.Net;
using EvalMarket.TestKit;
using Npgsql;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class AnswerTests(TestApp app) : IClassFixture<TestApp>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/docs/api")]
    [InlineData("/api/limits")]
    [InlineData("/api/workspace")]
    [InlineData("/health/live")]
    [InlineData("/no/such/page")]
    public async Task Every_answer_carries_the_headers_that_keep_a_browser_safe(string path)
    {
        using var client = app.Client();

        using var answer = await client.GetAsync(path);

        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
            + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'",
            Header("Content-Security-Policy"));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Contains("camera=()", Header("Permissions-Policy"), StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Errors_under_api_are_problem_documents()
    {
        using var client = app.Client();
        using var unknown = await client.GetAsync("/api/no-such-thing");
        using var method = await client.DeleteAsync("/api/limits");
        using var parameter = await client.GetAsync("/api/limits?colour=red");

        await ApiKeyTests.AssertProblemAsync(unknown, 404, "not_found");
        await ApiKeyTests.AssertProblemAsync(method, 405, "method_not_allowed");
        var problem = await ApiKeyTests.AssertProblemAsync(parameter, 400, "unknown_parameter");
        Assert.Equal("colour", problem.GetProperty("errors")[0].GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task A_page_that_is_not_there_is_a_page_that_says_so()
    {
        using var client = app.Client();

        using var answer = await client.GetAsync("/no/such/page");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<h1>Not found</h1>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limits_in_force_are_published_without_sign_in()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:BulkIds"] = "17" });
        using var client = own.Client();

        var limits = await client.GetStringAsync("/api/limits");

        Assert.Contains("\"sync_bytes\":33554432", limits, StringComparison.Ordinal);
        Assert.Contains("\"bulk_ids\":17", limits, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_requests_are_429_and_say_when_to_come_back()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:RequestsPerMinutePerAddress"] = "2" });
        using var client = own.Client();
        await client.GetAsync("/api/limits");
        await client.GetAsync("/api/limits");

        using var third = await client.GetAsync("/api/limits");

        await ApiKeyTests.AssertProblemAsync(third, 429, "too_many_requests");
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Ready_touches_the_database_and_live_does_not()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string>());
        using var client = own.Client();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);

        await using (var connection = new NpgsqlConnection(own.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("DROP TABLE workspaces CASCADE", connection);
            await command.ExecuteNonQueryAsync();
        }

        using var ready = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("{\"status\":\"failed\",\"checks\":{\"database\":\"failed\",\"storage\":\"ok\"}}", await ready.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
    }

    [Theory]
    [InlineData("/account/login", "br")]
    [InlineData("/account/login?ReturnUrl=%2Fw%2Facme%3Fq%3Dguess", null)]
    public async Task A_page_is_compressed_unless_its_address_has_a_query(string address, string? encoding)
    {
        using var client = app.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.AcceptEncoding.ParseAdd("br, gzip");

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
    }

    [Fact]
    public async Task A_failure_inside_is_a_500_without_a_stack_trace()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string>());
        using var client = own.Client((await own.Data.KeyAsync(await own.Data.WorkspaceAsync())).Secret);
        await using (var connection = new NpgsqlConnection(own.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("DROP TABLE workspaces CASCADE", connection);
            await command.ExecuteNonQueryAsync();
        }

        using var answer = await client.GetAsync("/api/workspace");

        var problem = await ApiKeyTests.AssertProblemAsync(answer, 500, "internal_error");
        Assert.NotEmpty(problem.GetProperty("trace_id").GetString()!);
        Assert.DoesNotContain("workspaces", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documentation_shows_every_endpoint_with_a_curl_line()
    {
        using var client = app.Client();

        var page = await client.GetStringAsync("/docs/api");
        var openApi = await client.GetStringAsync("/openapi/v1.json");

        foreach (var operation in ForeignTenantTests.RoutesOf(app).Where(route => route.Path.StartsWith("/api/", StringComparison.Ordinal)))
        {
            Assert.Contains($"<code>{operation.Method} {operation.Path}</code>", page, StringComparison.Ordinal);
            Assert.Contains($"\"{operation.Path}\"", openApi, StringComparison.Ordinal);
        }
    }
}
