using System.Globalization;
using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>The versions of a dataset: list, compare, bring back, name and pin (contract, section 4).</summary>
internal static class VersionsApi
{
    private static readonly QueryParameter From = new("from", "The older version.");

    private static readonly QueryParameter To = new("to", "The newer version; the newest when absent.");

    public static void MapVersions(this IEndpointRouteBuilder api)
    {
        var datasets = api.MapGroup("/datasets/{dataset}").WithTags("Datasets");
        datasets.MapGet("/versions", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List versions")
            .WithDescription("The newest first: `{items: [{version, hash, created_at, author, summary, item_count, added, changed, removed, name, pinned}], next_cursor}`.");
        datasets.MapPatch("/versions/{version}", MarkAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"name\":\"as published\",\"pinned\":true}'")
            .WithSummary("Name or pin a version")
            .WithDescription("`{name?, pinned?}`. Named and pinned versions are kept however old they get.");
        datasets.MapPost("/versions/{version}/restore", RestoreAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Bring a version back")
            .WithDescription("Makes a new version that is what the old one was: items, sections, name, description and schema. Gives the dataset. The undo of the last change is to bring back the version before.");
        datasets.MapGet("/diff", DiffAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(From, To, QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("Compare versions")
            .WithDescription("`{from, to, counts: {added, changed, removed, moved}, added: [item], changed: [{id, section_id, changes: [{path, before, after}], before, after}], removed: [item], moved: [{id, from_section_id, section_id}], next_cursor}`. A page has at most `limit` entries in all its lists together.");
    }

    private static async Task<IResult> ListAsync(string dataset, HttpContext http, DatasetDirectory directory, DatasetVersions versions, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        var below = ReadNumber(query);
        if (query.Failed(out var problem))
        {
            return problem;
        }

        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !await directory.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        var page = await versions.ListAsync(id, below, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var version in page.Items)
            {
                DatasetAnswers.Write(writer, version);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Next is { } next ? Cursor.Encode(next.ToString(CultureInfo.InvariantCulture)) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> MarkAsync(
        string dataset, string version, HttpContext http, DatasetVersions versions, DatasetDirectory directory, DatasetMarking marking, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync<VersionMarkBody>(http, cancellationToken);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !TryParse(version, out var number)
            || !await directory.ExistsAsync(id, cancellationToken) || await versions.FindAsync(id, number, cancellationToken) is null)
        {
            return Problem.NotFound();
        }

        if (!read.Succeeded(out var body, out var failure))
        {
            return failure.ToProblem();
        }

        string? name = null;
        switch (body.Name.ValueKind)
        {
            case JsonValueKind.Undefined:
                break;
            case JsonValueKind.Null:
                name = "";
                break;
            case JsonValueKind.String when body.Name.GetString()!.Trim() is { Length: <= DatasetVersionRow.NameLength } text && !text.Any(char.IsControl):
                name = text;
                break;
            default:
                var message = $"Must be one line of at most {DatasetVersionRow.NameLength} characters, or null.";
                return new Invalid("invalid_body", $"/name: {message}", [new ContentError(message, "/name")]).ToProblem();
        }

        return (await marking.MarkAsync(id, number, name, body.Pinned, cancellationToken)).Succeeded(out var row, out var refused)
            ? new JsonAnswer(writer => DatasetAnswers.Write(writer, row))
            : refused.ToProblem();
    }

    private static async Task<IResult> RestoreAsync(string dataset, string version, DatasetRestoring restoring, CancellationToken cancellationToken) =>
        !TypeId.TryParse<DatasetId>(dataset, out var id) || !TryParse(version, out var number) ? Problem.NotFound()
        : (await restoring.RestoreAsync(id, number, null, cancellationToken)).Succeeded(out var restored, out var failure)
            ? new JsonAnswer(writer => DatasetAnswers.Write(writer, restored))
            : failure.ToProblem();

    private static async Task<IResult> DiffAsync(string dataset, HttpContext http, DatasetDirectory directory, DatasetDiffs diffs, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var from = query.Number(From.Name, 1, int.MaxValue);
        var to = query.Number(To.Name, 1, int.MaxValue);
        var limit = query.Limit();
        var skip = ReadNumber(query);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || await directory.FindAsync(id, cancellationToken) is not { } found)
        {
            return Problem.NotFound();
        }

        if (from is null)
        {
            query.Require(From.Name, "Say which version to compare with.");
        }

        if (query.Failed(out var problem))
        {
            return problem;
        }

        return await diffs.CompareAsync(id, (int)from!, (int)(to ?? found.Row.Version), skip ?? 0, limit, cancellationToken) is { } difference
            ? new JsonAnswer(writer => DatasetAnswers.Write(writer, difference, difference.Next is { } next ? Cursor.Encode(next.ToString(CultureInfo.InvariantCulture)) : null))
            : Problem.NotFound();
    }

    private static int? ReadNumber(QueryReader query)
    {
        if (query.Cursor(1) is not { } parts)
        {
            return null;
        }

        if (TryParse(parts[0], out var number))
        {
            return number;
        }

        query.Refuse("cursor", "This is no cursor of this list.");
        return null;
    }

    private static bool TryParse(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
