using EvalMarket.Core.Audit;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Settings;

/// <summary>What was written down, for admins.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Administer)]
internal sealed class AuditModel(AuditReader audit, Tenant tenant) : PageModel
{
    public const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public string? Cursor { get; set; }

    public IReadOnlyList<AuditRecord> Records { get; private set; } = [];

    public string? Next { get; private set; }

    public string Address => Addresses.Audit(tenant.Required);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var page = await audit.ReadAsync(Cursor, PageSize, cancellationToken);
        Records = page.Records;
        Next = page.Next;
    }
}
