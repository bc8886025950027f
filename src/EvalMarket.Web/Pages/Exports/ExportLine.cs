using EvalMarket.Core.Exports;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Web.Api.Exports;
using EvalMarket.Web.Api.Packages;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Pages.Datasets.Explorer;
using EvalMarket.Web.Pages.Evals;
using EvalMarket.Web.Pages.Jobs;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Exports;

/// <summary>An export as the list shows it.</summary>
internal sealed record ExportLine(ExportView View, string Workspace)
{
    /// <summary>Ids that an address may hold; more are sent again as a job.</summary>
    private const int MostIdsInAddress = 50;

    private readonly ExportOrder order = View.Order;

    public string Id => View.Row.Id.Value;

    public string Format => order.FormatName;

    public string Title => $"{View.Row.Name} as {Format}";

    /// <summary>What was filtered, in words.</summary>
    public string What => order.Dataset is not null ? View.Row.Detail : SessionWords();

    /// <summary>The view that was exported.</summary>
    public string Href => order.Dataset is { } dataset
        ? Addresses.With(Addresses.Dataset(Workspace, dataset.Value), Sections())
        : Addresses.With(Addresses.Evals(Workspace), Filters());

    public string Records => Display.Count(View.Row.Records, order.Dataset is null ? "session" : "item");

    /// <summary>The file, for as long as it is kept.</summary>
    public string? DownloadHref => View.State == ExportState.Ready ? Addresses.With(ExportAnswer.ContentAddress(View.Row.Id), [new("workspace", Workspace)]) : null;

    /// <summary>The same download again; null where it takes a job.</summary>
    public string? AgainHref => View.Row.JobId is not null || order.Filter?.Ids?.Count > MostIdsInAddress ? null
        : order.Dataset is not { } dataset ? Addresses.With(
            "/api/export",
            [
                new(SessionExportApi.Format, order.Format), .. Pairs(), .. (order.Filter?.Ids ?? []).Select(id => KeyValuePair.Create(SessionExportApi.SessionIds, id.Value)),
                .. order.Limit is { } limit ? [new("limit", Text(limit))] : Array.Empty<KeyValuePair<string, string>>(), new("workspace", Workspace),
            ])
        : Addresses.With(
            order.Format == ExportOrder.Package ? $"/datasets/{dataset}/export" : $"/api/datasets/{dataset}/export/{order.Format}",
            [.. Sections(), .. order.Run is { } run ? [new(PackageApi.RunParameter, run.Value)] : Array.Empty<KeyValuePair<string, string>>(), .. Version(), new("workspace", Workspace)]);

    public string State => View.State switch
    {
        ExportState.Begun => "Not to its end",
        ExportState.Sent => "Downloaded",
        ExportState.Queued => "Waiting",
        ExportState.Running => "Being made",
        ExportState.Ready => "Ready",
        ExportState.Failed => "Failed",
        ExportState.Cancelled => "Cancelled",
        _ => "Expired",
    };

    /// <summary>The part of CSS classes that fits; null for a state that asks for nothing.</summary>
    public string? StateClass => View.State switch
    {
        ExportState.Ready => "correct",
        ExportState.Failed => "incorrect",
        ExportState.Queued or ExportState.Running => "needs-review",
        _ => null,
    };

    /// <summary>How far the job is, in words.</summary>
    public string? Progress => View is { IsGoingOn: true, Job: { } job } ? new JobView(job, Workspace, false).Card.Progress : null;

    /// <summary>Why there is no file.</summary>
    public string? Error => View is { State: ExportState.Failed, Job: { } job } ? new JobView(job, Workspace, false).Card.Error : null;

    private string SessionWords()
    {
        var filter = order.Filter ?? SessionFilter.All;
        var words = filter.Ids is { } ids ? Display.Count(ids.Count, "chosen session") : Filters().ToList() is { Count: > 0 } pairs ? ExportWords.Filter(pairs) : "All eval-ready sessions";
        return order.Limit is { } limit ? $"{words}; at most {Display.Number(limit)}" : words;
    }

    /// <summary>Eval-ready is what every export of sessions is.</summary>
    private IEnumerable<KeyValuePair<string, string>> Filters() => Pairs().Where(pair => pair.Key != SessionFilterParameters.EvalReady || pair.Value != "true");

    private IEnumerable<KeyValuePair<string, string>> Pairs() => SessionFilterParameters.Pairs(order.Filter ?? SessionFilter.All);

    private IEnumerable<KeyValuePair<string, string>> Sections() => order.Sections.Select(section => KeyValuePair.Create(DatasetAddress.SectionParameter, section.Value));

    private IEnumerable<KeyValuePair<string, string>> Version() => order.Version is { } version ? [new(DatasetAddress.VersionParameter, Text(version))] : [];

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
