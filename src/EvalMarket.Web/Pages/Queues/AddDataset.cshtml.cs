using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>Puts the sessions that a dataset's items are linked to into a queue.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class AddDatasetModel(
    QueueDirectory directory, QueueChanges changes, QueueImport import, QueueImportJob jobs, DatasetDirectory datasets, Tenant tenant, Limits limits) : PageModel
{
    private const int Most = 500;

    public IReadOnlyList<DatasetView> Datasets { get; private set; } = [];

    public IReadOnlyList<QueueRow> Queues { get; private set; } = [];

    /// <summary>What was chosen; it may be anything.</summary>
    public string? Dataset { get; private set; }

    /// <summary>"" for a new one.</summary>
    public string? Queue { get; private set; }

    public string? Name { get; private set; }

    /// <summary>Of the dataset that was chosen.</summary>
    public (long Sessions, long NotLinked)? Linked { get; private set; }

    /// <summary>The sections that are ticked; empty for all.</summary>
    public IReadOnlyList<SectionId> Sections { get; private set; } = [];

    /// <summary>Those of the dataset that was chosen.</summary>
    public IReadOnlyList<SectionView> SectionsOfDataset => Datasets.FirstOrDefault(dataset => dataset.Row.Id.Value == Dataset)?.Sections ?? [];

    public string Workspace => tenant.Required;

    public async Task<IActionResult> OnGetAsync(string? dataset, string? queue, [FromQuery(Name = "section_ids")] string[]? sections, CancellationToken cancellationToken)
    {
        (Dataset, Queue) = (dataset, queue);
        Read(sections);
        return await ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(string? dataset, string? queue, string? name, [FromForm(Name = "section_ids")] string[]? sections, CancellationToken cancellationToken)
    {
        Read(sections);
        // Whoever types a name means a new queue, whatever the list above it says.
        (Dataset, Queue, Name) = (dataset, string.IsNullOrWhiteSpace(name) ? queue ?? "" : "", name);
        if (!TypeId.TryParse<DatasetId>(dataset, out var from) || !await datasets.ExistsAsync(from, cancellationToken))
        {
            return NotFound();
        }

        if (Queue.Length > 0)
        {
            return TypeId.TryParse<QueueId>(Queue, out var id) && await directory.FindAsync(id, cancellationToken) is { } found
                ? await AddAsync(found, new QueueSource(from, Sections), cancellationToken)
                : NotFound();
        }

        var made = await changes.AddAsync(new QueueSettings { Name = (name ?? "").Trim(), ReviewsPerSession = Math.Min(2, limits.ReviewsPerSession) }, cancellationToken);
        return made.Succeeded(out var row, out var failure) ? await AddAsync(row, new QueueSource(from, Sections), cancellationToken) : await RefuseAsync(failure, cancellationToken);
    }

    private async Task<IActionResult> AddAsync(QueueRow row, QueueSource from, CancellationToken cancellationToken)
    {
        if ((await import.CountLinkedAsync(from, cancellationToken)).Sessions > QueueImportJob.RequestSessions)
        {
            var job = await jobs.EnqueueLinkedAsync(row, from, cancellationToken);
            return Redirect(Addresses.Job(Workspace, job.Id.Value));
        }

        var outcome = await import.AddLinkedAsync(row.Id, from, null, cancellationToken);
        if (!outcome.Succeeded(out var result, out var failure))
        {
            return await RefuseAsync(failure, cancellationToken);
        }

        this.Toast(QueueWords.Added(result, Addresses.Queue(Workspace, row.Id.Value)));
        return Redirect(Addresses.Queue(Workspace, row.Id.Value));
    }

    private async Task<IActionResult> RefuseAsync(Failure failure, CancellationToken cancellationToken)
    {
        this.Show(failure);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await ShowAsync(cancellationToken);
    }

    private void Read(string[]? sections) =>
        Sections = [.. (sections ?? []).Select(text => TypeId.TryParse<SectionId>(text, out var id) ? id : (SectionId?)null).OfType<SectionId>().Distinct()];

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        Datasets = (await datasets.ListAsync(Most, cancellationToken)).Items;
        Queues = (await directory.ListAsync(null, Most, cancellationToken)).Items;
        Linked = TypeId.TryParse<DatasetId>(Dataset, out var chosen) && await datasets.ExistsAsync(chosen, cancellationToken) ? await import.CountLinkedAsync(new QueueSource(chosen, [.. Sections.Intersect(SectionsOfDataset.Select(section => section.Id))]), cancellationToken) : null;
        return Page();
    }
}
