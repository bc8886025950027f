using System.Net;
using System.Text.Json;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class ApiKeyTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_key_opens_its_own_workspace()
    {
        var slug = await app.Data.WorkspaceAsync();
        using var client = app.Client((await app.Data.KeyAsync(slug)).Secret);

        using var answer = JsonDocument.Parse(await client.GetStringAsync("/api/workspace"));

        Assert.Equal(slug, answer.RootElement.GetProperty("slug").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", answer.RootElement.GetProperty("created_at").GetString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("emk_")]
    [InlineData("emk_00000000000000000000000000000000000000")]
    [InlineData("sk-something-else")]
    public async Task Without_a_key_or_with_a_wrong_one_the_answer_is_401_and_says_how_to_sign_in(string? key)
    {
        using var client = key is null ? app.Client() : app.Client(key);

        using var answer = await client.GetAsync("/api/workspace");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        await AssertProblemAsync(answer, 401, "unauthorized");
    }

    [Fact]
    public async Task A_missing_scope_is_403_and_named()
    {
        using var client = app.Client((await app.Data.KeyAsync(await app.Data.WorkspaceAsync(), ApiKeyScopes.Export)).Secret);

        using var answer = await client.GetAsync("/api/workspace");

        var problem = await AssertProblemAsync(answer, 403, "forbidden");
        Assert.Equal("read", problem.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_its_next_request()
    {
        var slug = await app.Data.WorkspaceAsync();
        var key = await app.Data.KeyAsync(slug);
        using var client = app.Client(key.Secret);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/workspace")).StatusCode);

        await app.InWorkspaceAsync(slug, services => services.GetRequiredService<ApiKeyService>().RevokeAsync(key.Key.Id, CancellationToken.None));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/workspace")).StatusCode);
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string>());
        var key = await own.Data.KeyAsync(await own.Data.WorkspaceAsync(), expiresAt: own.Time.GetUtcNow().AddHours(1));
        using var client = own.Client(key.Secret);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/workspace")).StatusCode);

        own.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/workspace")).StatusCode);
    }

    [Fact]
    public async Task The_last_use_of_a_key_is_known()
    {
        var slug = await app.Data.WorkspaceAsync();
        using var client = app.Client((await app.Data.KeyAsync(slug)).Secret);
        using var answer = await client.GetAsync("/api/workspace");

        DateTimeOffset? lastUsed = null;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (lastUsed is null)
        {
            await Task.Delay(20, patience.Token);
            lastUsed = await app.InWorkspaceAsync(slug, async services =>
                (await services.GetRequiredService<ApiKeyService>().ListAsync(CancellationToken.None))[0].LastUsedAt);
        }

        Assert.InRange(lastUsed.Value, app.Time.GetUtcNow().AddMinutes(-1), app.Time.GetUtcNow());
    }

    [Fact]
    public async Task Naming_another_workspace_is_as_if_there_were_none()
    {
        using var client = app.Client((await app.Data.KeyAsync(await app.Data.WorkspaceAsync())).Secret);

        using var foreign = await client.GetAsync($"/api/workspace?workspace={await app.Data.WorkspaceAsync()}");
        using var never = await client.GetAsync("/api/workspace?workspace=never-was");

        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Equal(await never.Content.ReadAsStringAsync(), await foreign.Content.ReadAsStringAsync());
    }

    [Fact]
    public void New_keys_end_with_a_checksum_and_never_repeat()
    {
        var secret = ApiKeySecret.New();

        Assert.Matches("^emk_[0-9A-Za-z]{38}$", secret);
        Assert.Equal(ApiKeySecret.Checksum(secret[..^6]), secret[^6..]);
        Assert.NotEqual(secret, ApiKeySecret.New());
    }

    internal static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status, document.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(code, document.RootElement.GetProperty("code").GetString());
        return document.RootElement.Clone();
    }
}
