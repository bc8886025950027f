using System.Net;
using System.Security.Claims;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>Gathers what the layouts show around a page: who is looking, their workspaces, the numbers in the rail.</summary>
internal sealed class FrameBuilder(EvalMarketDbContext database, Tenant tenant, WorkspaceService workspaces, IAntiforgery antiforgery,
    ITempDataDictionaryFactory temporary, SessionDirectory sessions)
{
    private const string Sessions = "sessions";

    private const string Evals = "evals";
    private const string Datasets = "datasets";

    public async Task<Frame> BuildAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var frame = Frame.Public with
        {
            Theme = Frame.ThemeOf(context.Request),
            IsUnencrypted = IsUnencrypted(context),
            // A visitor's page of the market may be kept by whoever asked for it: there is nothing to post on it, and a token would forbid that.
            CsrfToken = IsForEverybody(context) ? "" : antiforgery.GetAndStoreTokens(context).RequestToken ?? "",
            Toasts = PageToasts.Take(temporary.GetTempData(context)),
        };
        if (context.User.Identity?.IsAuthenticated != true || !Guid.TryParse(context.User.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            || await database.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id, cancellationToken) is not { } person)
        {
            return frame;
        }

        var mine = (await workspaces.ListForAsync(id, cancellationToken)).Select(Describe).ToList();
        frame = frame with
        {
            Person = new FramePerson(person.Shown, person.Email ?? ""),
            Workspaces = mine,
            Workspace = mine.Find(workspace => workspace.Slug == tenant.Workspace),
        };
        return frame.Workspace is null ? frame : frame with
        {
            MemberCount = await database.Memberships.CountAsync(cancellationToken),
            Counts = await CountAsync(cancellationToken),
        };
    }

    private static bool IsForEverybody(HttpContext context) =>
        context.User.Identity?.IsAuthenticated != true && context.GetEndpoint()?.Metadata.GetMetadata<PublicPlaceAttribute>() is not null;

    private static FrameWorkspace Describe(WorkspaceSummary workspace) => new(workspace.Slug, workspace.Name, workspace.Role.ToString().ToLowerInvariant());

    /// <summary>Over the network without TLS; on this machine itself that is fine.</summary>
    private static bool IsUnencrypted(HttpContext context) =>
        !context.Request.IsHttps && context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address);

    private async Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = await sessions.CountByStatusAsync(SessionFilter.All, cancellationToken);
        return new Dictionary<string, long>(StringComparer.Ordinal) { [Sessions] = counts.All, [Evals] = counts.EvalReady, [Datasets] = await database.Datasets.CountAsync(row => row.DeletedAt == null, cancellationToken) };
    }
}
