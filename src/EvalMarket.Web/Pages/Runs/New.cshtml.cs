using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Packages;
using EvalMarket.Web.Api.Runs;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Runs;

/// <summary>Uploads a run. Small ones are taken at once, large ones as a job; what is wrong is shown with its line, and what was typed stays.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class NewModel(RunUploads uploads, RunUploadJob jobs, DatasetDirectory datasets, ImportStaging staging, Limits limits, Tenant tenant, TimeProvider clock) : PageModel
{
    public DatasetView Dataset { get; private set; } = null!;

    public IReadOnlyDictionary<string, string> Fields { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyList<ContentError> Errors { get; private set; } = [];

    public string Workspace => tenant.Required;

    public string Field(string name) => Fields.GetValueOrDefault(name) ?? "";

    public async Task<IActionResult> OnGetAsync(string dataset, CancellationToken cancellationToken) => await FindAsync(dataset, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        var form = await Request.ReadFormAsync(cancellationToken);
        Fields = form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        var files = form.Files.Where(file => file.Length > 0).ToList();
        // A browser sends a field without a file as an empty text.
        List<ContentError> errors = [.. OneFileUpload.Check([.. form.Keys.Where(key => key != RunsApi.ResultsField || form[key].ToString().Length > 0)], [.. files.Select(file => file.Name)], RunsApi.ResultsField, RunsApi.Fields, RunsApi.MayComeWithoutResults(Field("status")))?.Errors ?? []];
        if (RunOrders.Read(Dataset.Id, Fields, errors) is not { } order)
        {
            return Refused(errors);
        }

        if (files is [var large] && large.Length > limits.SyncBytes)
        {
            return await EnqueueAsync(order, large, cancellationToken);
        }

        await using var content = files is [var file] ? file.OpenReadStream() : Stream.Null;
        return (await uploads.UploadAsync(order, content, null, cancellationToken)).Succeeded(out var run, out var failure)
            ? Redirect(Addresses.Run(Workspace, run.Id.Value))
            : failure is NotFound ? NotFound()
            : Refused(failure is Invalid invalid ? invalid.Errors : [new ContentError(failure.Message)]);
    }

    private PageResult Refused(IReadOnlyList<ContentError> errors)
    {
        Errors = errors;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<IActionResult> EnqueueAsync(RunOrder order, IFormFile file, CancellationToken cancellationToken)
    {
        var id = JobQueue.NewId(clock);
        await using var content = file.OpenReadStream();
        var incoming = new[] { new IncomingFile(UploadForm.NameOf(file.FileName), content) }.ToAsyncEnumerable();
        return (await staging.AddAsync(id, "0", incoming, cancellationToken)).Succeeded(out var upload, out var failure)
            ? Redirect(Addresses.Job(Workspace, (await jobs.EnqueueAsync(id, order, upload, cancellationToken)).Id.Value))
            : Refused([new ContentError(failure.Message)]);
    }

    private async Task<bool> FindAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || await datasets.FindAsync(id, cancellationToken) is not { } found)
        {
            return false;
        }

        Dataset = found;
        return true;
    }
}
