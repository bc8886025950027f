using System.Security.Cryptography;
using System.Text;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Datasets.Links;

/// <summary>A link with the secret that is shown once.</summary>
/// <param name="Token">Goes into the address <c>/s/{token}</c>.</param>
public sealed record NewLink(PublicLink Link, string Token);

/// <summary>Links in a list, the newest first.</summary>
/// <param name="Next">The page after begins behind this id; null when there is none.</param>
public sealed record LinkPage(IReadOnlyList<PublicLink> Items, LinkId? Next);

/// <summary>Makes, lists and ends public links, and opens what they lead to.</summary>
public sealed class PublicLinks(EvalMarketDbContext db, IServiceScopeFactory scopes, Limits limits, TimeProvider clock)
{
    private const int TokenLength = 32;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Makes a link to an item that is there.</summary>
    public async Task<Outcome<NewLink>> CreateAsync(DatasetId dataset, ItemId item, CancellationToken cancellationToken)
    {
        if (!await db.DatasetItems.AnyAsync(row => row.DatasetId == dataset && row.Id == item
            && db.Datasets.Any(each => each.Id == dataset && each.DeletedAt == null), cancellationToken))
        {
            return new NotFound();
        }

        if (await db.PublicLinks.CountAsync(row => row.RevokedAt == null, cancellationToken) >= limits.LinksPerWorkspace)
        {
            return new Conflict("too_many_links", $"A workspace has at most {limits.LinksPerWorkspace:N0} public links. Revoke some first.");
        }

        var token = RandomNumberGenerator.GetString(Alphabet, TokenLength);
        var link = new PublicLink
        {
            Workspace = db.Tenant.Required,
            Id = TypeId.New<LinkId>(clock.GetUtcNow()),
            DatasetId = dataset,
            ItemId = item,
            SecretHash = HashOf(token),
            CreatedAt = clock.GetUtcNow(),
            CreatedBy = db.Tenant.Actor.Name,
        };
        db.PublicLinks.Add(link);
        await db.SaveChangesAsync(cancellationToken);
        return new NewLink(link, token);
    }

    /// <summary>Those that work.</summary>
    public async Task<LinkPage> ListAsync(DatasetId? dataset, LinkId? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await db.PublicLinks.AsNoTracking()
            .Where(row => row.RevokedAt == null && (dataset == null || row.DatasetId == dataset.Value) && (after == null || row.Id < after.Value))
            .OrderByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var page = rows.Take(limit).ToList();
        return new LinkPage(page, rows.Count > limit ? page[^1].Id : null);
    }

    /// <summary>Ends a link, at once. False when there is none that works.</summary>
    public async Task<bool> RevokeAsync(LinkId id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await db.PublicLinks.Where(row => row.Id == id && row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, now), cancellationToken) == 1;
    }

    /// <summary>The item that a link leads to, as it is now; null for what is no link, or works no more, or leads to what was deleted. Asked for without any workspace.</summary>
    public async Task<ItemView?> OpenAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length != TokenLength)
        {
            return null;
        }

        var hash = HashOf(token);
        var link = await db.PublicLinks.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking()
            .FirstOrDefaultAsync(row => row.SecretHash == hash && row.RevokedAt == null, cancellationToken);
        if (link is null)
        {
            return null;
        }

        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(link.Workspace, Actor.Nobody);
        var outcome = await scope.ServiceProvider.GetRequiredService<ItemStore>().OpenAsync(link.DatasetId, link.ItemId, null, cancellationToken);
        return outcome.Succeeded(out var item, out _) ? item : null;
    }

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
