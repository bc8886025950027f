using EvalMarket.Core;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace EvalMarket.Web.Pages.Settings;

/// <summary>The workspace's API keys: made, seen once, revoked.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Administer)]
internal sealed class KeysModel(ApiKeyService keys, MemberService members, AccountLinks links, Tenant tenant, TimeProvider time) : PageModel
{
    private const string Never = "never";

    private IReadOnlyDictionary<Guid, string> makers = new Dictionary<Guid, string>();

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public List<string> Scopes { get; set; } = [];

    /// <summary>Days as a number, or <c>never</c>.</summary>
    [BindProperty]
    public string? Expiry { get; set; }

    public IReadOnlyList<ApiKey> Keys { get; private set; } = [];

    /// <summary>The key that was just made, with its secret: the only answer that ever holds it.</summary>
    public NewApiKey? Made { get; private set; }

    public static IReadOnlyList<SelectListItem> Expiries =>
    [
        new("In 30 days", "30"), new("In 90 days", "90"), new("In a year", "365"), new("Never", Never),
    ];

    public static IEnumerable<string> ScopesOf(ApiKey key) => Permissions.Scopes.Where(entry => key.Scopes.HasFlag(entry.Scope)).Select(entry => entry.WireName);

    public static string ScopeWords(ApiKeyScopes scope) => scope switch
    {
        ApiKeyScopes.Read => "Look at sessions and everything else",
        ApiKeyScopes.Write => "Push, label, change",
        ApiKeyScopes.Export => "Download files",
        ApiKeyScopes.Submit => "Send answers to be scored",
        _ => "",
    };

    public bool IsExpired(ApiKey key) => key.ExpiresAt <= time.GetUtcNow();

    public string Maker(ApiKey key) =>
        key.CreatedBy is not { } maker ? "the configuration" : makers.GetValueOrDefault(maker) ?? "somebody who has left";

    public string CurlLine(string secret) => $"curl -H \"Authorization: Bearer {secret}\" {links.To("/api/sessions?limit=5")}";

    public Task OnGetAsync(CancellationToken cancellationToken)
    {
        Scopes = ["read", "export"];
        Expiry = "90";
        return LoadAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostCreateAsync(CancellationToken cancellationToken)
    {
        // A secret in the answer: nothing may keep it.
        Response.Headers.CacheControl = "no-store";
        var days = 0;
        if (Expiry != Never && (!int.TryParse(Expiry, out days) || days is < 1 or > 3650))
            ModelState.AddModelError(nameof(Expiry), "Choose when the key expires.");
        if (string.IsNullOrWhiteSpace(Name))
            ModelState.AddModelError(nameof(Name), "Give the key a name, so that the next person knows what breaks when it goes.");
        if (ModelState.IsValid)
        {
            var scopes = Permissions.Scopes.Where(entry => Scopes.Contains(entry.WireName)).Aggregate(ApiKeyScopes.None, (all, entry) => all | entry.Scope);
            DateTimeOffset? expiresAt = Expiry == Never ? null : time.GetUtcNow().AddDays(days);
            if ((await keys.CreateAsync(Name!, scopes, expiresAt, cancellationToken)).Succeeded(out var made, out var failure))
            {
                Made = made;
                ModelState.Clear();
                Name = null;
            }
            else
            {
                this.Show(failure, new Dictionary<string, string> { ["/name"] = nameof(Name), ["/scopes"] = nameof(Scopes), ["/expires_at"] = nameof(Expiry) });
            }
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostRevokeAsync(string? key, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<ApiKeyId>(key, out var id) || await keys.RevokeAsync(id, cancellationToken) is NotFound)
            return NotFound();

        this.Toast(new ToastMessage("The key was revoked.") { Tone = "good" });
        return Redirect(Addresses.ApiKeys(tenant.Required));
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var all = await keys.ListAsync(cancellationToken);
        Keys = [.. all.OrderBy(key => key.RevokedAt is not null)];
        makers = (await members.ListAsync(cancellationToken)).ToDictionary(member => member.UserId, member => member.Name);
    }
}
