using EvalMarket.Core;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Workspaces;

[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
internal sealed class NewWorkspaceModel(WorkspaceService workspaces) : PageModel
{
    /// <summary>How many addresses are tried for a name whose own is taken.</summary>
    private const int Suffixes = 20;

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Slug { get; set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (SignInCheck.PersonOf(User) is not { } person)
            return Challenge();

        var name = (Name ?? "").Trim();
        var slug = (Slug ?? "").Trim();
        var outcome = slug.Length > 0
            ? await workspaces.CreateAsync(new NewWorkspace(slug, name), person, User.Identity?.Name ?? "", cancellationToken)
            : await CreateByNameAsync(name, person, cancellationToken);
        if (outcome.Succeeded(out var workspace, out var failure))
            return Redirect(Addresses.Workspace(workspace.Slug));

        this.Show(failure, new Dictionary<string, string> { ["/name"] = nameof(Name), ["/slug"] = nameof(Slug), ["slug_taken"] = nameof(Slug) });
        return Page();
    }

    /// <summary>The address follows the name; when it is taken, with a number.</summary>
    private async Task<Outcome<Workspace>> CreateByNameAsync(string name, Guid person, CancellationToken cancellationToken)
    {
        var slug = WorkspaceSlug.From(name);
        var outcome = await workspaces.CreateAsync(new NewWorkspace(slug, name), person, User.Identity?.Name ?? "", cancellationToken);
        for (var number = 2; number <= Suffixes && outcome.Failure is Conflict { Code: "slug_taken" }; number++)
            outcome = await workspaces.CreateAsync(new NewWorkspace($"{slug}-{number}", name), person, User.Identity?.Name ?? "", cancellationToken);
        return outcome;
    }
}
