using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Sending items, and changing many of them (contract, section 4).</summary>
internal static class ItemWritingApi
{
    private static readonly QueryParameter Section = new("section_id", "Where new items go; the first section when absent. An item of the body may name its own.");

    public static void MapItemWriting(this IEndpointRouteBuilder api)
    {
        var items = api.MapGroup("/datasets/{dataset}/items").WithTags("Datasets");
        items.MapPost("", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithQuery(Section)
            .WithCurl("--json '{\"input\":{\"content\":\"What is 2+2?\"},\"output\":{\"content\":\"4\"}}'")
            .WithSummary("Send items")
            .WithDescription($"One item, a list, or one a line with `Content-Type: {ItemsApi.JsonLines}`. An `id` that the dataset has is updated, any other is created: `{{created, updated, unchanged, errors, ids, version}}`. All or nothing: with an error in one item nothing is written, and all errors are listed (422). One new version. A body over `Limits:SyncBytes`, or `Prefer: respond-async`, becomes a job: 202 with `Location`.");
        items.MapPost("/move", MoveAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"filter\":{\"tag\":\"hard\"},\"section_id\":\"sec_01k…\"}'")
            .WithSummary("Move items to another section")
            .WithDescription("`{ids: […] | filter: {…}, section_id}` → `{moved, version}`. They come to its end, in their order.");
        items.MapPost("/bulk", BulkAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"filter\":{},\"add_tags\":[\"2026\"]}'")
            .WithSummary("Change many items")
            .WithDescription("`{ids: […] | filter: {…}, set: {output?, context?, metadata?}, add_tags?, remove_tags?}` → `{changed, version}`. Members of `context` and `metadata` join those that are there; null takes one away. Tags are those of `context.tags`.");
        items.MapPost("/duplicate", DuplicateAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Duplicate items")
            .WithDescription("`{ids: […] | filter: {…}}` → `{duplicated, version}`. The copies have ids of their own and no link to a session.");
        items.MapPost("/delete", DeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete many items")
            .WithDescription("`{ids: […] | filter: {…}}` → `{deleted, version}`.");
    }

    private static async Task<IResult> PostAsync(
        string dataset, HttpContext http, DatasetDirectory directory, ItemWriting writing, ItemImportJob jobs, ImportStaging staging, Limits limits, CancellationToken cancellationToken)
    {
        var isLines = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Equals(ItemsApi.JsonLines, StringComparison.OrdinalIgnoreCase);
        if (!isLines && !http.Request.HasJsonContentType())
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send application/json or {ItemsApi.JsonLines}.");
        }

        var query = new QueryReader(http);
        var section = query.Ids<SectionId>(Section.Name);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !await directory.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        if (query.Failed(out var wrong))
        {
            return wrong;
        }

        var sent = http.Request.Body;
        var isForAJob = http.Request.ContentLength > limits.SyncBytes || http.Request.PrefersAsync();
        if (!isForAJob && http.Request.ContentLength is null)
        {
            // How long a body is that does not say so is known when that much of it has been read.
            var head = await HeadStream.ReadAsync(sent, (int)Math.Min(limits.SyncBytes, int.MaxValue - 1), cancellationToken);
            (sent, isForAJob) = (head, !head.IsWhole);
        }

        SectionId? target = section is [var only, ..] ? only : null;
        if (isForAJob)
        {
            var job = jobs.NewId();
            var files = new[] { new IncomingFile("", sent) }.ToAsyncEnumerable();
            return (await staging.AddAsync(job, "0", files, cancellationToken)).Succeeded(out var upload, out var failure)
                ? JobAnswer.Accepted(await jobs.EnqueueAsync(job, new ItemImportOrder(id, target, isLines), upload, cancellationToken))
                : failure.ToProblem();
        }

        var items = ItemImport.ReadAsync(sent, isLines, limits.LineBytes, cancellationToken);
        return (await writing.WriteAsync(id, items, new ItemWriteOptions { Section = target }, cancellationToken)).Succeeded(out var result, out var refused)
            ? new JsonAnswer(writer => writer.WriteRawValue(ItemImport.ToJson(result)))
            : refused.ToProblem();
    }

    private static Task<IResult> MoveAsync(string dataset, HttpContext http, DatasetDirectory directory, ItemEditing editing, Limits limits, CancellationToken cancellationToken)
    {
        SectionId section = default;
        return ChangeAsync<MoveBody>(dataset, http, directory, limits, "moved", (body, found, errors) =>
        {
            if (!TypeId.TryParse(body.SectionId, out section) || found.Sections.All(each => each.Id != section))
            {
                errors.Add(new ContentError("There is no such section in this dataset.", "/section_id"));
            }
        }, (id, selection, _) => editing.MoveAsync(id, selection, section, cancellationToken), cancellationToken);
    }

    private static Task<IResult> BulkAsync(string dataset, HttpContext http, DatasetDirectory directory, ItemEditing editing, Limits limits, CancellationToken cancellationToken)
    {
        ItemEdit? edit = null;
        return ChangeAsync<BulkEditBody>(dataset, http, directory, limits, "changed", (body, _, errors) =>
        {
            edit = new ItemEdit
            {
                Output = body.Set?.Output?.Content,
                Context = body.Set?.Context ?? ItemEdit.NoMembers,
                Metadata = body.Set?.Metadata ?? ItemEdit.NoMembers,
                AddTags = body.AddTags ?? [],
                RemoveTags = body.RemoveTags ?? [],
            };
            errors.AddRange(edit.Check(limits));
        }, (id, selection, _) => editing.EditAsync(id, selection, edit!.Apply, edit!.Summary, cancellationToken), cancellationToken);
    }

    private static Task<IResult> DuplicateAsync(string dataset, HttpContext http, DatasetDirectory directory, ItemEditing editing, Limits limits, CancellationToken cancellationToken) =>
        ChangeAsync<SelectionBody>(
            dataset, http, directory, limits, "duplicated", (_, _, _) => { }, (id, selection, _) => editing.DuplicateAsync(id, selection, cancellationToken), cancellationToken);

    private static Task<IResult> DeleteAsync(string dataset, HttpContext http, DatasetDirectory directory, ItemEditing editing, Limits limits, CancellationToken cancellationToken) =>
        ChangeAsync<SelectionBody>(
            dataset, http, directory, limits, "deleted", (_, _, _) => { }, (id, selection, _) => editing.DeleteAsync(id, selection, cancellationToken), cancellationToken);

    private static async Task<IResult> ChangeAsync<T>(
        string dataset,
        HttpContext http,
        DatasetDirectory directory,
        Limits limits,
        string count,
        Action<T, DatasetView, List<ContentError>> check,
        Func<DatasetId, ItemSelection, T, Task<Outcome<ItemChangeResult>>> change,
        CancellationToken cancellationToken)
        where T : SelectionBody
    {
        var read = await JsonBody.ReadAsync<T>(http, cancellationToken);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || await directory.FindAsync(id, cancellationToken) is not { } found)
        {
            return Problem.NotFound();
        }

        if (!read.Succeeded(out var body, out var failure))
        {
            return failure.ToProblem();
        }

        List<ContentError> errors = [];
        var selection = ItemFilterParameters.Read(body, limits, errors);
        check(body, found, errors);
        if (errors.Count > 0 || selection is null)
        {
            return new Invalid("invalid_body", errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"{errors.Count} errors in the body.", errors).ToProblem();
        }

        return (await change(id, selection, body)).Succeeded(out var result, out var refused)
            ? new JsonAnswer(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber(count, result.Items);
                writer.WriteNumber("version", result.Version);
                writer.WriteEndObject();
            })
            : refused.ToProblem();
    }
}
