using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class TenantIsolationTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_query_sees_only_the_workspace_that_was_entered_and_outside_of_any_nothing()
    {
        var (mine, other) = (await app.Data.WorkspaceAsync(), await app.Data.WorkspaceAsync());
        await app.Data.SessionRowAsync(other);
        var session = await app.Data.SessionRowAsync(mine);

        var seen = await app.InWorkspaceAsync(mine, services => services.GetRequiredService<EvalMarketDbContext>().Sessions.Select(row => row.Id).ToListAsync());

        Assert.Equal([session], seen);
        await using var outside = app.Services.CreateAsyncScope();
        Assert.Empty(await outside.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Sessions.ToListAsync());
    }

    [Fact]
    public async Task A_row_of_another_workspace_cannot_be_saved()
    {
        var (mine, other) = (await app.Data.WorkspaceAsync(), await app.Data.WorkspaceAsync());
        var person = await app.Data.PersonAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => app.InWorkspaceAsync(mine, async services =>
        {
            var database = services.GetRequiredService<EvalMarketDbContext>();
            database.Memberships.Add(new Membership { Workspace = other, UserId = person.Id, Role = WorkspaceRole.Owner, JoinedAt = app.Time.GetUtcNow() });
            return await database.SaveChangesAsync();
        }));
    }

    [Fact]
    public async Task A_deleted_workspace_leaves_neither_rows_nor_files_and_its_neighbour_untouched()
    {
        var (mine, other) = (await app.Data.WorkspaceAsync(), await app.Data.WorkspaceAsync());
        await app.Data.SessionRowAsync(mine);
        await app.Data.SessionRowAsync(other);

        var failure = await app.InWorkspaceAsync(mine, async services =>
            (await services.GetRequiredService<WorkspaceService>().DeleteAsync(CancellationToken.None))?.Code ?? "none");

        Assert.Equal("none", failure);
        Assert.False(Directory.Exists(Path.Combine(app.DataDirectory, "files", "w", mine)));
        Assert.True(Directory.Exists(Path.Combine(app.DataDirectory, "files", "w", other)));
        Assert.Equal(0, await app.InWorkspaceAsync(mine, services => services.GetRequiredService<EvalMarketDbContext>().Sessions.CountAsync()));
        Assert.Equal(1, await app.InWorkspaceAsync(other, services => services.GetRequiredService<EvalMarketDbContext>().Sessions.CountAsync()));
    }

    [Fact]
    public async Task A_slug_that_is_taken_stays_its_owners()
    {
        var owner = await app.Data.PersonAsync();
        var stranger = await app.Data.PersonAsync();
        var slug = await app.Data.WorkspaceAsync(owner);
        await using var scope = app.Services.CreateAsyncScope();
        var workspaces = scope.ServiceProvider.GetRequiredService<WorkspaceService>();

        var outcome = await workspaces.CreateAsync(new NewWorkspace(slug, "Mine now"), stranger.Id, stranger.Email, CancellationToken.None);

        Assert.Equal("slug_taken", outcome.Failure?.Code);
        Assert.Null(await workspaces.FindForAsync(slug, stranger.Id, CancellationToken.None));
        Assert.Equal($"Workspace {slug}", (await workspaces.FindForAsync(slug, owner.Id, CancellationToken.None))?.Name);
    }

    [Theory]
    [InlineData("acme", true)]
    [InlineData("a1-b2", true)]
    [InlineData("a", false)]
    [InlineData("Acme", false)]
    [InlineData("-acme", false)]
    [InlineData("acme-", false)]
    [InlineData("ac--me", false)]
    [InlineData("ac/me", false)]
    [InlineData("..", false)]
    [InlineData("ümlaut", false)]
    [InlineData("acme\n", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Slugs_are_lower_case_letters_digits_and_single_hyphens(string slug, bool isValid) =>
        Assert.Equal(isValid, WorkspaceSlug.IsValid(slug));
}
