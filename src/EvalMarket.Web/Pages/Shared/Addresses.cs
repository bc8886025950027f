namespace EvalMarket.Web.Pages.Shared;

/// <summary>The addresses that the shared parts link to, each in one place.</summary>
public static class Addresses
{
    public const string Home = "/";
    public const string Login = "/account/login";
    public const string Register = "/account/register";
    public const string Logout = "/account/logout";
    public const string Account = "/account";
    public const string NewWorkspace = "/workspaces/new";
    public const string ApiDocs = "/docs/api";

    public static string Workspace(string slug) => $"/w/{slug}";

    public static string Sessions(string slug) => $"/w/{slug}/sessions";

    /// <summary>The sessions that an import has brought.</summary>
    public static string Imported(string slug, string job) => $"/w/{slug}/sessions?import={job}";

    public static string Import(string slug) => $"/w/{slug}/sessions/import";

    public static string ImportDraft(string slug, string draft) => $"/w/{slug}/sessions/import/{draft}";

    public static string Evals(string slug) => $"/w/{slug}/evals";

    public static string SavedView(string slug, string view) => $"/w/{slug}/views/{view}";

    public static string Session(string slug, string session) => $"/w/{slug}/sessions/{session}";

    public static string SessionMessages(string slug, string session) => $"/w/{slug}/sessions/{session}/messages";

    public static string SessionLabels(string slug, string session) => $"/w/{slug}/sessions/{session}/labels";

    public static string SessionPeek(string slug, string session) => $"/w/{slug}/sessions/{session}/peek";

    public static string CloneSessions(string slug) => $"/w/{slug}/sessions/clone";

    public static string Unlabelled(string slug) => $"/w/{slug}/sessions/unlabelled";

    /// <summary>The first session of an import that waits for a label.</summary>
    public static string UnlabelledOf(string slug, string job) => $"/w/{slug}/sessions/unlabelled?import={job}";

    public static string SessionHistory(string slug, string session) => $"/w/{slug}/sessions/{session}/history";

    public static string Dashboard(string slug) => $"/w/{slug}/dashboard";

    public static string Changes(string slug) => $"/w/{slug}/changes";

    public static string Change(string slug, long change) => $"/w/{slug}/changes/{change}";

    public static string Queues(string slug) => $"/w/{slug}/queues";

    public static string NewQueue(string slug) => $"/w/{slug}/queues/new";

    public static string AddToQueue(string slug) => $"/w/{slug}/queues/add";

    /// <summary>Puts the sessions that a dataset's items are linked to into a queue; what is null is chosen there.</summary>
    public static string AddDatasetToQueue(string slug, string? dataset, string? queue) =>
        AddToQueue(slug) + "/dataset" + QueryString.Create(new KeyValuePair<string, string?>[] { new("dataset", dataset), new("queue", queue) }.Where(pair => pair.Value is not null));

    public static string Queue(string slug, string queue) => $"/w/{slug}/queues/{queue}";

    public static string QueueSettings(string slug, string queue) => $"/w/{slug}/queues/{queue}/settings";

    public static string QueueExport(string slug, string queue, string format) => $"/w/{slug}/queues/{queue}?handler=export&format={format}";

    /// <summary>The next session for whoever opens it.</summary>
    public static string Review(string slug, string queue) => $"/w/{slug}/queues/{queue}/review";

    public static string Review(string slug, string queue, string session) => $"/w/{slug}/queues/{queue}/review/{session}";

    /// <summary>The next session that waits for a decision.</summary>
    public static string Adjudicate(string slug, string queue) => $"/w/{slug}/queues/{queue}/adjudicate";

    public static string Adjudicate(string slug, string queue, string session) => $"/w/{slug}/queues/{queue}/adjudicate/{session}";

    public static string Export(string slug) => $"/w/{slug}/evals/export";

    public static string Job(string slug, string job) => $"/w/{slug}/jobs/{job}";

    public static string Jobs(string slug) => $"/w/{slug}/jobs";

    public static string Settings(string slug) => $"/w/{slug}/settings";

    public static string Members(string slug) => $"/w/{slug}/settings/members";

    public static string ApiKeys(string slug) => $"/w/{slug}/settings/keys";

    public static string Audit(string slug) => $"/w/{slug}/settings/audit";
}
