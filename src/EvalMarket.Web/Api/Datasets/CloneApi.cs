using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Turns of sessions into a dataset (contract, section 4).</summary>
internal static class CloneApi
{
    public static void MapClone(this IEndpointRouteBuilder api) => api.MapPost("/datasets/{dataset}/clone", PostAsync)
        .RequirePermission(Permission.Edit)
        .WithTags("Datasets")
        .WithCurl("--json '{\"filter\":{\"status\":\"golden\"},\"messages\":\"all\"}'")
        .WithSummary("Clone sessions into a dataset")
        .WithDescription("`{session_ids: […] | filter: {…}, messages: \"all\"|\"filtered\", message_filter?: {q, tag, role, from, to}, section_id?}` → `{created, duplicates, without_output, without_input, history_omitted, sessions, version}`. Each turn becomes an item that stays connected to its messages; turns that an item is connected to already are counted as duplicates. Filtered: a turn is cloned when its user message or its answer matches. With `Prefer: respond-async` it is a job.");

    private static async Task<IResult> PostAsync(
        string dataset, HttpContext http, DatasetDirectory datasets, SessionCloning cloning, DatasetCloneJob jobs, Limits limits, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync<JsonElement>(http, cancellationToken);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || await datasets.FindAsync(id, cancellationToken) is not { } view)
        {
            return Problem.NotFound();
        }

        if (!read.Succeeded(out var body, out var unread))
        {
            return unread.ToProblem();
        }

        List<ContentError> errors = [];
        var order = CloneBody.Read(body, limits, errors);
        if (order.Section is { } section && view.Sections.All(other => other.Id != section))
        {
            errors.Add(new ContentError("There is no such section in this dataset.", "/section_id"));
        }

        if (errors.Count > 0)
        {
            return new Invalid("invalid_body", errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"{errors.Count} errors in the body.", errors).ToProblem();
        }

        if (http.Request.PrefersAsync())
        {
            return JobAnswer.Accepted(await jobs.EnqueueAsync(id, view.Row.Name, order, cancellationToken));
        }

        var outcome = await cloning.CloneAsync(id, order, cancellationToken);
        return outcome.Succeeded(out var result, out var failure) ? new JsonAnswer(writer => writer.WriteRawValue(result.ToJson())) : failure.ToProblem();
    }
}
