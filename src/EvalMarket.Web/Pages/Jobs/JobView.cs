using System.Text.Json;
using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Core.Datasets.Csv;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Packages;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Formats;
using EvalMarket.Web.Pages.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Jobs;

/// <summary>A job as the pages show it.</summary>
/// <param name="MayCancel">Whether this person may stop it.</param>
internal sealed record JobView(Job Job, string Workspace, bool MayCancel)
{
    public string Href => Addresses.Job(Workspace, Job.Id.Value);

    /// <summary>What an import did; null for other jobs and before the end.</summary>
    public SessionImportResult? Imported => Job is { Kind: SessionImportJob.JobKind, Result: { } json }
        ? ImportReport.Read(json)
        : null;

    /// <summary>The page of the import or submission that the job belongs to; null for other jobs.</summary>
    public string? ImportHref => Job switch
    {
        { Kind: SessionImportJob.JobKind } => Addresses.ImportDraft(Workspace, Job.Id.Value),
        { Kind: CsvImportJob.JobKind } when CsvImportJob.DatasetOf(Job) is { } dataset => Addresses.DatasetCsvDraft(Workspace, dataset.Value, Job.Id.Value),
        { Kind: CsvCheckJob.JobKind } when CsvCheckJob.DraftOf(Job) is { } check => Addresses.DatasetCsvDraft(Workspace, check.Dataset.Value, check.Draft.Value),
        { Kind: PackageUploadJob.JobKind } when IdIn(Job.Result) is { } made => Addresses.Dataset(Workspace, made),
        { Kind: RunUploadJob.JobKind } when IdIn(Job.Result) is { } made => Addresses.Run(Workspace, made),
        { Kind: SubmissionGradingJob.JobKind } when SubmissionGradingJob.SubmissionOf(Job) is { } submission => Addresses.Submission(Workspace, submission.Value),
        { Kind: BundleUploadJob.JobKind } when BundleUploadJob.BundleOf(Job) is { } bundle => Addresses.Bundle(Workspace, bundle.Value),
        { Kind: ImportCheckJob.JobKind } when ImportCheckJob.DraftOf(Job) is { } draft => Addresses.ImportDraft(Workspace, draft.Value),
        _ => null,
    };

    /// <summary>The id of what a job made.</summary>
    private static string? IdIn(string? result) =>
        result is not null && JsonElement.Parse(result) is { ValueKind: JsonValueKind.Object } made && made.TryGetProperty("id", out var id) ? id.GetString() : null;

    /// <summary>Imports and packages count bytes: as kilobytes or megabytes they are numbers that people read.</summary>
    private (long Size, string Name) Unit => Job switch
    {
        { Kind: SubmissionGradingJob.JobKind } => (1, "tasks"),
        { Kind: ExportJob.JobKind } when ExportJob.UnitOf(Job) is not ExportUnit.Bytes => (1, ExportJob.UnitOf(Job) == ExportUnit.Sessions ? "sessions" : "items"),
        { Kind: not (SessionImportJob.JobKind or ImportCheckJob.JobKind or CsvImportJob.JobKind or CsvCheckJob.JobKind or ExportJob.JobKind) } => (1, ""),
        { Total: > 100 * 1024 * 1024 } => (1024 * 1024, "MB"),
        _ => (1024, "KB"),
    };

    private IReadOnlyList<ContentError>? errors;

    public IReadOnlyList<ContentError> Errors => errors ??= JobErrors.Of(Job);

    /// <summary>How many there were, also those that are not listed.</summary>
    public long ErrorCount => Imported?.ErrorCount ?? Errors.Count;

    public JobCard Card => new()
    {
        Id = Job.Id.Value,
        Title = Job.Title,
        State = Job.Status.ToString().ToLowerInvariant(),
        Href = Href,
        PollHref = $"{Href}?handler=card",
        CancelHref = MayCancel ? $"{Href}?handler=cancel" : null,
        Done = Job.Done / Unit.Size,
        Total = Job.Total / Unit.Size,
        Unit = Unit.Name,
        Outcome = Imported is { } imported ? ImportReport.Words(imported) : DatasetCloneJob.ResultOf(Job) is { } cloned ? CloneWords.Added(cloned) : null,
        ResultHref = BundleUploadJob.UploadOf(Job) is { } refused ? Addresses.BundleUpload(Workspace, refused.Bundle.Value, refused.Upload.Value)
            : Job.Status != JobStatus.Completed ? null
            : DatasetCloneJob.DatasetOf(Job) is { } dataset ? $"/w/{Workspace}/datasets/{dataset}"
            : ExportJob.ExportOf(Job) is { } export ? $"{Addresses.Exports(Workspace)}#{export}"
            : MayCancel ? ImportHref : null,
        Error = Job.Status == JobStatus.Failed && Errors is [{ } first, ..] ? first.Message : null,
    };
}
