using EvalMarket.Core.Datasets.Links;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Public links to single items (contract, section 4).</summary>
internal static class LinksApi
{
    private static readonly QueryParameter Dataset = new("dataset_id", "Only links to items of this dataset.");

    public static void MapLinks(this IEndpointRouteBuilder api)
    {
        var links = api.MapGroup("/links").WithTags("Public links");
        links.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(Dataset, QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List public links")
            .WithDescription("Those that work, newest first: `{items: [{id, dataset_id, item_id, created_at, created_by}], next_cursor}`. Their addresses are shown only when they are made.");
        links.MapPost("", CreateAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"dataset_id\":\"ds_01k…\",\"item_id\":\"itm_01k…\"}'")
            .WithSummary("Make a public link")
            .WithDescription("`{dataset_id, item_id}` → the link with its `url`: that one item, as it is at the time of reading, for anyone who has the address, until it is revoked.");
        links.MapDelete("/{link}", RevokeAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Revoke a public link");
    }

    private static async Task<IResult> ListAsync(HttpContext http, PublicLinks links, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var dataset = query.Ids<DatasetId>(Dataset.Name);
        var limit = query.Limit();
        LinkId? after = null;
        if (query.Cursor(1) is { } parts)
        {
            if (TypeId.TryParse<LinkId>(parts[0], out var place))
            {
                after = place;
            }
            else
            {
                query.Refuse("cursor", "This is no cursor of this list.");
            }
        }

        if (query.Failed(out var problem))
        {
            return problem;
        }

        var page = await links.ListAsync(dataset is [var only, ..] ? only : null, after, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var link in page.Items)
            {
                DatasetAnswers.Write(writer, link, null);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Next is { } next ? Cursor.Encode(next.Value) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> CreateAsync(HttpContext http, PublicLinks links, CancellationToken cancellationToken)
    {
        if (!(await JsonBody.ReadAsync<LinkBody>(http, cancellationToken)).Succeeded(out var body, out var failure))
        {
            return failure.ToProblem();
        }

        if (!TypeId.TryParse<DatasetId>(body.DatasetId, out var dataset) || !TypeId.TryParse<ItemId>(body.ItemId, out var item))
        {
            return Problem.NotFound();
        }

        return (await links.CreateAsync(dataset, item, cancellationToken)).Succeeded(out var made, out var refused)
            ? new JsonAnswer(
                writer => DatasetAnswers.Write(writer, made.Link, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}/s/{made.Token}"),
                StatusCodes.Status201Created)
            : refused.ToProblem();
    }

    private static async Task<IResult> RevokeAsync(string link, PublicLinks links, CancellationToken cancellationToken) =>
        TypeId.TryParse<LinkId>(link, out var id) && await links.RevokeAsync(id, cancellationToken) ? TypedResults.NoContent() : Problem.NotFound();
}
