using EvalMarket.Core.Accounts;
using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure.Startup;

/// <summary>
/// Makes the accounts that the configuration names, each with its workspace and key, as far as they are not there: at every start, with the
/// same result. What is there is never changed; a password in the configuration is that of the first start.
/// </summary>
internal sealed partial class BootstrapStartup(
    IOptions<BootstrapOptions> options, IServiceScopeFactory scopes, TimeProvider time, ILogger<BootstrapStartup> logger)
{
    private const string KeyName = "bootstrap";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (section, account) in options.Value.Accounts())
        {
            await using var scope = scopes.CreateAsyncScope();
            await MakeAsync(scope.ServiceProvider, section, account, cancellationToken);
        }
    }

    private async Task MakeAsync(IServiceProvider services, string section, BootstrapOptions account, CancellationToken cancellationToken)
    {
        var user = await FindOrMakeUserAsync(services.GetRequiredService<UserManager<User>>(), section, account);
        if (account.Workspace is not { } slug)
            return;

        var workspaces = services.GetRequiredService<WorkspaceService>();
        if (await workspaces.FindForAsync(slug, user.Id, cancellationToken) is not { } summary)
        {
            if (await workspaces.AdoptAsync(slug, user.Id, account.Email!, cancellationToken))
            {
                Log.WorkspaceAdopted(logger, slug);
            }
            else
            {
                var made = await workspaces.CreateAsync(new NewWorkspace(slug, slug), user.Id, account.Email!, cancellationToken);
                if (!made.Succeeded(out _, out var failure))
                {
                    throw new StartupException(
                        $"{section}:Workspace '{slug}' cannot be made: {failure.Message} If its files were restored from a backup, run ./run.sh reindex first.");
                }

                Log.WorkspaceMade(logger, slug);
            }

            summary = new WorkspaceSummary(slug, slug, WorkspaceRole.Owner, false, time.GetUtcNow());
        }

        if (account.ApiKey is not { } secret || await IsKeyOfAsync(services, section, slug, secret, cancellationToken))
            return;

        services.GetRequiredService<Tenant>().Enter(slug, new Actor(account.Email!, user.Id, null, Permissions.Of(summary.Role)));
        var key = await services.GetRequiredService<ApiKeyService>().CreateGivenAsync(KeyName, ApiKeyScopes.All, secret, cancellationToken);
        if (!key.Succeeded(out _, out var reason))
            throw new StartupException($"{section}:ApiKey cannot be made: {reason.Message}");
    }

    private async Task<User> FindOrMakeUserAsync(UserManager<User> users, string section, BootstrapOptions account)
    {
        if (await users.FindByEmailAsync(account.Email!) is { } known)
            return known;
        if (string.IsNullOrEmpty(account.Password))
            throw new StartupException($"{section}:Password is missing: there is no account {account.Email} yet.");

        var now = time.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(now), UserName = account.Email, Email = account.Email, EmailConfirmed = true, CreatedAt = now };
        var result = await users.CreateAsync(user, account.Password);
        if (!result.Succeeded)
            throw new StartupException($"{section}: the account cannot be made: {string.Join(" ", result.Errors.Select(error => error.Description))}");

        Log.AccountMade(logger, section);
        return user;
    }

    /// <summary>Whether the key is there already. A revoked one stays revoked; one of another workspace is a mistake in the configuration.</summary>
    private static async Task<bool> IsKeyOfAsync(IServiceProvider services, string section, string slug, string secret, CancellationToken cancellationToken)
    {
        var hash = ApiKeySecret.Hash(secret);
        var owner = await services.GetRequiredService<EvalMarketDbContext>().ApiKeys
            .IgnoreQueryFilters([EvalMarketDbContext.TenantFilter])
            .Where(key => key.Hash == hash)
            .Select(key => key.Workspace)
            .SingleOrDefaultAsync(cancellationToken);
        return owner is null || owner == slug
            ? owner is not null
            : throw new StartupException($"{section}:ApiKey belongs to another workspace already.");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The workspace {Workspace} had no members; the account is its owner now")]
        public static partial void WorkspaceAdopted(ILogger logger, string workspace);

        [LoggerMessage(LogLevel.Information, "Made the account of {Section}")]
        public static partial void AccountMade(ILogger logger, string section);

        [LoggerMessage(LogLevel.Information, "Made the workspace {Workspace}")]
        public static partial void WorkspaceMade(ILogger logger, string workspace);
    }
}
