namespace EvalMarket.Web.Pages.Shared;

/// <summary>An entry of the rail. A new part of the product is one line in <see cref="All"/>.</summary>
/// <param name="Key">What a page calls itself (<c>ViewData["Nav"]</c>) and what <see cref="Frame.Counts"/> goes by.</param>
/// <param name="Label">The word that people see.</param>
/// <param name="Icon">A name of the sprite.</param>
/// <param name="Address">From the workspace's slug.</param>
public sealed record NavItem(string Key, string Label, string Icon, Func<string, string> Address)
{
    /// <summary>In the order of the rail.</summary>
    public static IReadOnlyList<NavItem> All { get; } =
    [
        new("sessions", "Sessions", "sessions", Addresses.Sessions),
        new("evals", "Evals", "evals", Addresses.Evals),
        new("datasets", "Datasets", "datasets", Addresses.Datasets),
        new("queues", "Queues", "queues", Addresses.Queues),
        new("dashboard", "Dashboard", "dashboard", Addresses.Dashboard),
        new("bundles", "Bundles", "bundles", Addresses.Bundles),
        new("market", "Market", "market", Addresses.Market),
        new("exports", "Exports", "download", Addresses.Exports),
        new("jobs", "Jobs", "jobs", Addresses.Jobs),
        new("settings", "Settings", "settings", Addresses.Settings),
    ];

    /// <summary>The parts of Settings.</summary>
    public static IReadOnlyList<NavItem> Settings { get; } =
    [
        new("workspace", "Workspace", "settings", Addresses.Settings),
        new("members", "Members", "users", Addresses.Members),
        new("keys", "API keys", "key", Addresses.ApiKeys),
        new("links", "Public links", "globe", Addresses.PublicLinks),
        new("audit", "Audit", "history", Addresses.Audit),
    ];
}
