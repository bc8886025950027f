using System.Net;
using EvalMarket.Core.Data;
using EvalMarket.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class BootstrapTests
{
    // No valid checksum on purpose: it never decides.
    private const string Key = "emk_000000000000000000000000000000000000";
    private const string OtherKey = "emk_111111111111111111111111111111111111111111";

    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["Bootstrap:Email"] = "first@example.org",
        ["Bootstrap:Password"] = TestData.Password,
        ["Bootstrap:Workspace"] = "first",
        ["Bootstrap:ApiKey"] = Key,
        ["Bootstrap:Others:0:Email"] = "second@example.org",
        ["Bootstrap:Others:0:Password"] = TestData.Password,
        ["Bootstrap:Others:0:Workspace"] = "second",
        ["Bootstrap:Others:0:ApiKey"] = OtherKey,
    };

    [Fact]
    public async Task Accounts_workspaces_and_keys_are_there_after_the_start_and_a_second_start_changes_nothing()
    {
        await using var app = await TestApp.StartAsync(Settings);
        var before = await AssertWorksAsync(app);

        await app.RestartAsync();

        Assert.Equal(before, await AssertWorksAsync(app));
    }

    [Fact]
    public async Task A_revoked_bootstrap_key_stays_revoked()
    {
        await using var app = await TestApp.StartAsync(Settings);
        await app.InWorkspaceAsync("first", async services =>
        {
            var keys = services.GetRequiredService<Core.Workspaces.ApiKeyService>();
            return await keys.RevokeAsync((await keys.ListAsync(CancellationToken.None))[0].Id, CancellationToken.None);
        });

        await app.RestartAsync();

        using var client = app.Client(Key);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/workspace")).StatusCode);
    }

    private static async Task<string> AssertWorksAsync(TestApp app)
    {
        using var first = app.Client(Key);
        using var second = app.Client(OtherKey);
        Assert.Contains("\"slug\":\"first\"", await first.GetStringAsync("/api/workspace"), StringComparison.Ordinal);
        Assert.Contains("\"scopes\":[\"read\",\"write\",\"export\",\"submit\"]", await second.GetStringAsync("/api/workspace"), StringComparison.Ordinal);
        using var browser = await app.SignInAsync(new TestPerson(default, "second@example.org"));
        Assert.True(File.Exists(Path.Combine(app.DataDirectory, "files", "w", "second", "workspace.json")));

        await using var scope = app.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        var keys = await database.ApiKeys.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).Select(key => key.Id).OrderBy(id => id).ToListAsync();
        return $"{await database.Users.CountAsync()} {await database.Workspaces.CountAsync()} {string.Join(' ', keys)}";
    }
}
