using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Where to go after signing in: where the person wanted to go, else the workspace that this browser was in last, else a new one.</summary>
internal sealed class LandingPlace(WorkspaceService workspaces)
{
    public const string Cookie = "workspace";

    /// <summary>Only ever an address of this site.</summary>
    public async Task<string> FindAsync(IUrlHelper url, string? returnUrl, Guid person, CancellationToken cancellationToken)
    {
        if (url.IsLocalUrl(returnUrl))
            return returnUrl!;

        var mine = await workspaces.ListForAsync(person, cancellationToken);
        var last = url.ActionContext.HttpContext.Request.Cookies[Cookie];
        var place = mine.FirstOrDefault(workspace => workspace.Slug == last) ?? mine.OrderBy(workspace => workspace.IsSample).FirstOrDefault();
        return place is null ? Addresses.NewWorkspace : Addresses.Workspace(place.Slug);
    }
}

/// <summary>Remembers, in the browser, the workspace that a page was opened in.</summary>
internal sealed class LastWorkspaceFilter(Tenant tenant) : IAsyncPageFilter
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var http = context.HttpContext;
        if (tenant.Workspace is { } workspace && HttpMethods.IsGet(http.Request.Method) && http.Request.Cookies[LandingPlace.Cookie] != workspace)
        {
            http.Response.Cookies.Append(LandingPlace.Cookie, workspace, new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = Lifetime,
                SameSite = SameSiteMode.Lax,
                Secure = http.Request.IsHttps,
            });
        }

        return next();
    }
}
