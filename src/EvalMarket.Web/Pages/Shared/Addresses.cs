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

    /// <summary>All exports of the workspace.</summary>
    public static string Exports(string slug) => $"/w/{slug}/exports";

    public static string Bundles(string slug) => $"/w/{slug}/bundles";

    public static string NewBundle(string slug) => $"/w/{slug}/bundles/new";

    public static string Bundle(string slug, string bundle) => $"/w/{slug}/bundles/{bundle}";

    /// <summary>Files that are to become a bundle, or a version of one.</summary>
    public static string BundleUpload(string slug, string bundle, string upload) => $"/w/{slug}/bundles/{bundle}/uploads/{upload}";

    /// <summary>The editor of a task; without an id of a new one.</summary>
    public static string BundleTask(string slug, string bundle, string? task) => $"/w/{slug}/bundles/{bundle}/task{(task is null ? "" : $"?id={Uri.EscapeDataString(task)}")}";

    public static string BundleFromDataset(string slug) => $"/w/{slug}/bundles/dataset";

    public static string BundleReviews(string slug) => $"/w/{slug}/bundles/reviews";

    public static string BundleReview(string slug, string submission) => $"/w/{slug}/bundles/reviews/{submission}";

    public static string Datasets(string slug) => $"/w/{slug}/datasets";

    public static string NewDataset(string slug) => $"/w/{slug}/datasets/new";

    public static string UploadDataset(string slug) => $"/w/{slug}/datasets/upload";

    public static string HistoryPreview(string slug) => $"/w/{slug}/datasets/history-preview";

    public static string Dataset(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}";

    public static string DatasetAbout(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/about";

    public static string DatasetSettings(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/settings";

    public static string DatasetSections(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/sections";

    public static string DatasetVersions(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/versions";

    public static string DatasetChanges(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/versions/compare";

    public static string DatasetExport(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/export";

    public static string DatasetCsv(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/csv";

    public static string DatasetCsvDraft(string slug, string dataset, string draft) => $"/w/{slug}/datasets/{dataset}/csv/{draft}";

    public static string NewItem(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/items/new";

    public static string Item(string slug, string dataset, string item) => $"/w/{slug}/datasets/{dataset}/items/{item}";

    public static string ItemPeek(string slug, string dataset, string item) => $"/w/{slug}/datasets/{dataset}/items/{item}/peek";

    public static string ShareItem(string slug, string dataset, string item) => $"/w/{slug}/datasets/{dataset}/items/{item}/share";

    public static string PublicLinks(string slug) => $"/w/{slug}/settings/links";

    /// <summary>One item, for anyone who has the token.</summary>
    public static string Shared(string token) => $"/s/{token}";

    public static string Runs(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/runs";

    public static string NewRun(string slug, string dataset) => $"/w/{slug}/datasets/{dataset}/runs/new";

    public static string Run(string slug, string run) => $"/w/{slug}/runs/{run}";

    public static string RunItem(string slug, string run, string item) => $"/w/{slug}/runs/{run}/items/{item}";

    public static string RunComparison(string slug, string run) => $"/w/{slug}/runs/{run}/compare";

    public static string Job(string slug, string job) => $"/w/{slug}/jobs/{job}";

    public static string Jobs(string slug) => $"/w/{slug}/jobs";

    public static string Settings(string slug) => $"/w/{slug}/settings";

    public static string Members(string slug) => $"/w/{slug}/settings/members";

    public static string ApiKeys(string slug) => $"/w/{slug}/settings/keys";

    public static string Audit(string slug) => $"/w/{slug}/settings/audit";

    /// <summary>The market, for everybody.</summary>
    public const string PublicMarket = "/market";

    public static string PublicListing(string listing) => $"/market/{listing}";

    public static string Commitment(string listing) => $"/market/{listing}/commitment";

    public static string Market(string slug) => $"/w/{slug}/market";

    public static string Listing(string slug, string listing) => $"/w/{slug}/market/{listing}";

    public static string Submit(string slug, string listing) => $"/w/{slug}/market/{listing}/submit";

    public static string Library(string slug) => $"/w/{slug}/library";

    public static string Submissions(string slug) => $"/w/{slug}/submissions";

    public static string Submission(string slug, string submission) => $"/w/{slug}/submissions/{submission}";

    public static string CompareSubmissions(string slug, string one, string other) => $"/w/{slug}/submissions/compare?a={one}&b={other}";

    /// <summary>What the workspace sells.</summary>
    public static string Listings(string slug) => $"/w/{slug}/listings";

    public static string NewListing(string slug, string? bundle = null) => $"/w/{slug}/listings/new{(bundle is null ? "" : $"?bundle={bundle}")}";

    public static string EditListing(string slug, string listing) => $"/w/{slug}/listings/{listing}";

    /// <summary>An address with parameters, in their order.</summary>
    public static string With(string path, IEnumerable<KeyValuePair<string, string>> pairs) =>
        path + QueryString.Create(pairs.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value)));
}
