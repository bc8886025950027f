using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Reading and changing single items, and lists of them (contract, section 4).</summary>
internal static class ItemsApi
{
    public const string JsonLines = "application/x-ndjson";

    private static readonly QueryParameter Around = new("around", "An item: the page that has it in its middle, whatever the filter says of it. `previous_cursor` then leads back.");

    public static void MapItems(this IEndpointRouteBuilder api)
    {
        var items = api.MapGroup("/datasets/{dataset}/items").WithTags("Datasets");
        items.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery([.. ItemFilterParameters.Declared, ItemFilterParameters.Sort, QueryParameter.Limit, QueryParameter.Cursor, Around, DatasetsApi.Version])
            .WithSummary("List items")
            .WithDescription($"Each with its `section_id`: `{{items, next_cursor, previous_cursor}}`. With `Accept: {JsonLines}` all that match, one a line.");
        items.MapGet("/{item}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(DatasetsApi.Version)
            .WithSummary("One item")
            .WithDescription("With its `section_id`, and an `ETag` for conditional changes. For an item that was deleted the 404 has the code `item_deleted`, and says which version still has it.");
        items.MapPut("/{item}", PutAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"input\":{\"content\":\"What is 2+2?\"},\"output\":{\"content\":\"4\"}}'")
            .WithSummary("Replace an item")
            .WithDescription("The whole item; `source` is not taken from it. An item whose content (input, output, context, history, participant data, session state, assets) changes loses its link to the session that it was cloned from. With `If-Match` and the `ETag` of the item that you have read, a change by somebody else in between is 412.");
        items.MapDelete("/{item}", DeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete an item");
    }

    /// <summary>A page, or everything that matches, of the newest version or of another one.</summary>
    private static async Task<IResult> ListAsync(
        string dataset, HttpContext http, DatasetDirectory directory, ItemDirectory items, ItemStore store, VersionItems old, DatasetVersions versions,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var filter = ItemFilterParameters.Read(query);
        var limit = query.Limit();
        var around = query.Ids<ItemId>(Around.Name);
        var version = (int?)query.Number(DatasetsApi.Version.Name, 1, int.MaxValue);
        if (around.Count > 1)
        {
            query.Refuse(Around.Name, "Given more than once.");
        }

        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || await directory.FindAsync(id, cancellationToken) is not { } found)
        {
            return Problem.NotFound();
        }

        var contents = version is { } wanted && wanted != found.Row.Version ? await versions.OpenAsync(id, wanted, cancellationToken) : null;
        if (version is not null && version != found.Row.Version && contents is null)
        {
            return Problem.NotFound();
        }

        var sections = contents?.Sections.Select(section => section.Id) ?? found.Sections.Select(section => section.Id);
        if (filter.Sections.Except(sections).Any())
        {
            query.Refuse(ItemFilterParameters.Sections, "Sections do not belong to this dataset.");
        }

        var order = ItemFilterParameters.ReadOrder(
            query, !string.IsNullOrEmpty(filter.Query) ? "What a search finds has the order of the dataset: position or -position." : contents is not null ? "Old versions have the order of the dataset: position or -position." : null);
        var cursor = ItemCursor.Read(query, order);
        if (query.Failed(out var problem))
        {
            return problem;
        }

        if (http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(JsonLines, StringComparison.OrdinalIgnoreCase)))
        {
            contents ??= await versions.OpenAsync(id, null, cancellationToken);
            return contents is null ? Problem.NotFound() : new ItemLinesAnswer(store.StreamAsync(contents, filter, cancellationToken));
        }

        ItemView? middle = null;
        if (around is [var item])
        {
            if (!(await store.OpenAsync(id, item, version, cancellationToken)).Succeeded(out middle, out var failure))
            {
                return failure.ToProblem();
            }
        }

        var page = contents is not null
            ? middle is not null ? await old.PageAroundAsync(contents, filter, order, middle, limit, cancellationToken)
                : cursor is { IsBack: true } before ? await old.PageBackAsync(contents, filter, order, before.Place, limit, cancellationToken)
                : await old.PageAsync(contents, filter, order, cursor?.Place, limit, cancellationToken)
            : middle is not null ? await items.PageAroundAsync(id, filter, order, middle.Id, limit, cancellationToken)
                : cursor is { IsBack: true } back ? await items.PageBackAsync(id, filter, order, back.Place, limit, cancellationToken)
                : await items.PageAsync(id, filter, order, cursor?.Place, limit, cancellationToken);
        if (page is null || (middle is not null && page.Items.Count == 0))
        {
            return Problem.NotFound();
        }

        var views = contents is not null ? page.Items.Select(each => each.View!).ToAsyncEnumerable() : store.OpenAsync(id, page.Items, cancellationToken);
        return new ItemPageAnswer(
            views,
            page.Next is { } next ? ItemCursor.Write(next, order) : null,
            page.Previous is { } previous && (middle is not null || cursor is { IsBack: true }) ? ItemCursor.Write(previous, order, isBack: true) : null);
    }

    private static async Task<IResult> GetAsync(string dataset, string item, HttpContext http, ItemStore store, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var version = (int?)query.Number(DatasetsApi.Version.Name, 1, int.MaxValue);
        if (query.Failed(out var problem))
        {
            return problem;
        }

        return TypeId.TryParse<DatasetId>(dataset, out var id) && TypeId.TryParse<ItemId>(item, out var itemId)
            ? Answer(http, await store.OpenAsync(id, itemId, version, cancellationToken))
            : Problem.NotFound();
    }

    private static async Task<IResult> PutAsync(string dataset, string item, HttpContext http, ItemStore store, ItemEditing editing, CancellationToken cancellationToken)
    {
        if (!http.Request.HasJsonContentType())
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send application/json.");
        }

        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !TypeId.TryParse<ItemId>(item, out var itemId))
        {
            return Problem.NotFound();
        }

        if (!(await store.OpenAsync(id, itemId, null, cancellationToken)).Succeeded(out var before, out var missing))
        {
            return missing.ToProblem();
        }

        var limits = http.RequestServices.GetRequiredService<Limits>();
        var (bytes, tooLarge) = await BodyBytes.ReadAsync(http, Math.Min(limits.LineBytes, limits.SyncBytes), cancellationToken);
        if (tooLarge is not null)
        {
            return tooLarge.ToProblem();
        }

        var reading = DatasetItemReader.Read(bytes, UnknownProperties.Refuse);
        if (reading.Item is not { } content)
        {
            return new Invalid("invalid_item", reading.Errors.Count == 1 ? $"{reading.Errors[0].Path}: {reading.Errors[0].Message}" : $"{reading.Errors.Count} errors.", reading.Errors).ToProblem();
        }

        if (content.Id is { } other && other != itemId)
        {
            return new Invalid("invalid_item", "The id in the body is another one than that in the address.", [new("The id in the body is another one than that in the address.", "/id")]).ToProblem();
        }

        string? expected = null;
        if (http.Request.GetTypedHeaders().IfMatch is { Count: > 0 } tags && !tags.Contains(EntityTagHeaderValue.Any))
        {
            // Of several the one that is right; the change itself asks once more, under the lock.
            expected = tags.Any(tag => !tag.IsWeak && tag.Tag == $"\"{before.Hash}\"") ? before.Hash : "none";
        }

        return Answer(http, await editing.PutAsync(id, itemId, content, expected, cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(string dataset, string item, HttpContext http, ItemStore store, ItemEditing editing, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !TypeId.TryParse<ItemId>(item, out var itemId))
        {
            return Problem.NotFound();
        }

        var opened = await store.OpenAsync(id, itemId, null, cancellationToken);
        if (!opened.Succeeded(out var before, out var missing))
        {
            return missing.ToProblem();
        }

        if (http.Request.GetTypedHeaders().IfMatch is { Count: > 0 } tags && !tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == $"\"{before.Hash}\""))
        {
            return new ItemStale(before).ToProblem();
        }

        return (await editing.DeleteAsync(id, ItemSelection.Of([itemId]), cancellationToken)).Succeeded(out _, out var failure) ? TypedResults.NoContent() : failure.ToProblem();
    }

    private static IResult Answer(HttpContext http, Outcome<ItemView> outcome)
    {
        if (!outcome.Succeeded(out var item, out var failure))
        {
            return failure.ToProblem();
        }

        http.Response.Headers.ETag = $"\"{item.Hash}\"";
        return new JsonAnswer(writer => DatasetAnswers.Write(writer, item));
    }
}
