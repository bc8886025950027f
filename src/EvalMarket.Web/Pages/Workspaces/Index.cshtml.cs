using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Pages.Account;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Workspaces;

[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
internal sealed class WorkspacesModel(WorkspaceService workspaces) : PageModel
{
    public IReadOnlyList<WorkspaceSummary> Mine { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (SignInCheck.PersonOf(User) is { } person)
            Mine = await workspaces.ListForAsync(person, cancellationToken);
    }
}
