using Microsoft.AspNetCore.Mvc.Rendering;

namespace EvalMarket.Web.Pages.Shared;

/// <summary>
/// What the layouts show around a page: whose workspace this is, who is looking, what can be reached. It is put into
/// <c>HttpContext.Items[typeof(Frame)]</c> before the page is rendered; <c>ViewData["Frame"]</c> wins where a page needs another one.
/// </summary>
public sealed record Frame
{
    /// <summary>For a visitor who is not signed in.</summary>
    public static Frame Public { get; } = new();

    /// <summary>The workspace that the page belongs to; null on pages outside of any.</summary>
    public FrameWorkspace? Workspace { get; init; }

    public int MemberCount { get; init; }

    /// <summary>All workspaces of the person, in the order in which the switcher shows them.</summary>
    public IReadOnlyList<FrameWorkspace> Workspaces { get; init; } = [];

    public FramePerson? Person { get; init; }

    /// <summary>Numbers beside the navigation by <see cref="NavItem.Key"/>; a missing one is not shown.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    /// <summary><see cref="NavItem.Key"/> of where the page is. A page may say it as <c>ViewData["Nav"]</c>.</summary>
    public string? Current { get; init; }

    /// <summary><c>light</c>, <c>dark</c>, or null for the system's; see <see cref="ThemeOf"/>.</summary>
    public string? Theme { get; init; }

    /// <summary>The antiforgery request token; "" when nothing can be posted.</summary>
    public string CsrfToken { get; init; } = "";

    /// <summary>The address is served without TLS and is not this machine's own: passwords travel readable.</summary>
    public bool IsUnencrypted { get; init; }

    /// <summary>What happened on the way here, after a redirect.</summary>
    public IReadOnlyList<ToastMessage> Toasts { get; init; } = [];

    /// <summary>The frame of the request, or <see cref="Public"/> when nobody put one there.</summary>
    public static Frame Of(ViewContext context) =>
        context.ViewData["Frame"] as Frame
        ?? context.HttpContext.Items[typeof(Frame)] as Frame
        ?? Public with { Theme = ThemeOf(context.HttpContext.Request) };

    /// <summary>The theme that the switch left in the <c>theme</c> cookie; null for the system's.</summary>
    public static string? ThemeOf(HttpRequest request) => request.Cookies["theme"] is "light" or "dark" ? request.Cookies["theme"] : null;
}

/// <summary>A workspace as the switcher shows it. <paramref name="Role"/> is the word: <c>owner</c>, <c>editor</c>, …</summary>
public sealed record FrameWorkspace(string Slug, string Name, string Role);

/// <summary>Who is signed in. <paramref name="Name"/> is the e-mail when no name is known.</summary>
public sealed record FramePerson(string Name, string Email);
