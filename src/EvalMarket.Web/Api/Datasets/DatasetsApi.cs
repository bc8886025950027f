using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Datasets and their sections (contract, section 4).</summary>
internal static class DatasetsApi
{
    private static readonly QueryParameter Name = new("name", "Part of the name, in any case.");

    public static readonly QueryParameter Version = new("version", "A version; the newest when absent.");

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        var datasets = api.MapGroup("/datasets").WithTags("Datasets");
        datasets.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(Name, DatasetCursor.Sort, QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List datasets")
            .WithDescription("With their sections: `{items, next_cursor}`.");
        datasets.MapPost("", CreateAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"name\":\"Support questions\",\"sections\":[\"easy\",\"hard\"]}'")
            .WithSummary("Make a dataset")
            .WithDescription("`{name, description?, schema?, sections?: [names]}`; one section `default` when none is named.");
        datasets.MapGet("/{dataset}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(Version)
            .WithSummary("One dataset")
            .WithDescription("`{id, name, description, schema, version, item_count, sections: [{id, name, item_count}], created_at, created_by, updated_at, updated_by}`, of the newest version or of another one.");
        datasets.MapPatch("/{dataset}", PatchAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"name\":\"Support questions, 2026\"}'")
            .WithSummary("Rename or describe a dataset")
            .WithDescription("`{name?, description?, schema?}`. What is absent stays; a null schema is taken away. A new version.");
        datasets.MapDelete("/{dataset}", DeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete a dataset")
            .WithDescription("It can be brought back (`POST …/undelete`) until `Limits:DeletedDatasetDays` are over.");
        datasets.MapPost("/{dataset}/undelete", UndeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Bring a deleted dataset back");
        datasets.MapPost("/{dataset}/sections", AddSectionAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"name\":\"hard\"}'")
            .WithSummary("Add a section")
            .WithDescription("`{name}`. It comes last.");
        datasets.MapPatch("/{dataset}/sections/{section}", PatchSectionAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"position\":0}'")
            .WithSummary("Rename or move a section")
            .WithDescription("`{name?, position?}`, the first position being 0. Gives the dataset.");
        datasets.MapDelete("/{dataset}/sections/{section}", DeleteSectionAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete a section with its items")
            .WithDescription("The last section of a dataset stays: 409.");
    }

    /// <summary><c>GET /datasets/{id}</c>: JSON for keys, the explorer for browsers.</summary>
    public static void MapDatasetAddress(this WebApplication app) => app.MapGet("/datasets/{dataset}", AddressAsync)
        .RequireAuthorization()
        .RequirePermission(Permission.Read)
        .AddEndpointFilter<KnownParametersFilter>()
        .WithQuery(Version)
        .WithTags("Datasets")
        .WithSummary("One dataset, or its explorer")
        .WithDescription("For a key the same as `GET /api/datasets/{dataset}`; a signed-in browser is led to the dataset's pages.");

    private static async Task<IResult> AddressAsync(string dataset, HttpContext http, DatasetDirectory directory, DatasetVersions versions, Tenant tenant, CancellationToken cancellationToken)
    {
        if (AuthenticationSetup.HasBearer(http.Request))
        {
            return await GetAsync(dataset, http, directory, versions, cancellationToken);
        }

        return TypeId.TryParse<DatasetId>(dataset, out var id) && await directory.ExistsAsync(id, cancellationToken)
            ? TypedResults.LocalRedirect($"/w/{tenant.Required}/datasets/{id}{http.Request.QueryString}")
            : Problem.NotFound();
    }

    private static async Task<IResult> ListAsync(HttpContext http, DatasetDirectory directory, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var name = query.Text(Name.Name);
        var limit = query.Limit();
        var order = DatasetCursor.ReadOrder(query);
        var after = DatasetCursor.Read(query, order);
        if (query.Failed(out var problem))
        {
            return problem;
        }

        var page = await directory.ListAsync(name, order, after, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var dataset in page.Items)
            {
                DatasetAnswers.Write(writer, dataset);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Next is { } next ? DatasetCursor.Write(next, order) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> CreateAsync(HttpContext http, DatasetEditing editing, CancellationToken cancellationToken)
    {
        if (!(await JsonBody.ReadAsync<DatasetBody>(http, cancellationToken)).Succeeded(out var body, out var failure))
        {
            return failure.ToProblem();
        }

        var schema = body.Schema is { ValueKind: not JsonValueKind.Null } given ? given.GetRawText() : null;
        var outcome = await editing.CreateAsync(new NewDataset(body.Name, body.Description, schema, body.Sections), cancellationToken);
        if (!outcome.Succeeded(out var dataset, out var refused))
        {
            return refused.ToProblem();
        }

        http.Response.Headers.Location = $"/api/datasets/{dataset.Id}";
        return new JsonAnswer(writer => DatasetAnswers.Write(writer, dataset), StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetAsync(string dataset, HttpContext http, DatasetDirectory directory, DatasetVersions versions, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var version = query.Number(Version.Name, 1, int.MaxValue);
        if (query.Failed(out var problem))
        {
            return problem;
        }

        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || await directory.FindAsync(id, cancellationToken) is not { } found)
        {
            return Problem.NotFound();
        }

        if (version is null || version == found.Row.Version)
        {
            return new JsonAnswer(writer => DatasetAnswers.Write(writer, found));
        }

        return await versions.OpenAsync(id, (int)version, cancellationToken) is { } contents
            ? new JsonAnswer(writer => DatasetAnswers.Write(writer, found.Row, contents))
            : Problem.NotFound();
    }

    private static async Task<IResult> PatchAsync(string dataset, HttpContext http, DatasetDirectory directory, DatasetEditing editing, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync<DatasetChangeBody>(http, cancellationToken);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !await directory.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        return read.Succeeded(out var body, out var failure)
            ? Answer(await editing.UpdateAsync(
                id,
                new DatasetChange(
                    body.Name,
                    body.Description,
                    body.Schema.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : body.Schema.GetRawText(),
                    body.Schema.ValueKind == JsonValueKind.Null),
                cancellationToken))
            : failure.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(string dataset, DatasetEditing editing, CancellationToken cancellationToken) =>
        !TypeId.TryParse<DatasetId>(dataset, out var id) ? Problem.NotFound()
        : (await editing.DeleteAsync(id, cancellationToken)).Succeeded(out _, out var failure) ? TypedResults.NoContent() : failure.ToProblem();

    private static async Task<IResult> UndeleteAsync(string dataset, DatasetDirectory directory, DatasetEditing editing, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id))
        {
            return Problem.NotFound();
        }

        if (!(await editing.BringBackAsync(id, cancellationToken)).Succeeded(out _, out var failure))
        {
            return failure.ToProblem();
        }

        return await directory.FindAsync(id, cancellationToken) is { } found ? new JsonAnswer(writer => DatasetAnswers.Write(writer, found)) : Problem.NotFound();
    }

    private static async Task<IResult> AddSectionAsync(string dataset, HttpContext http, DatasetDirectory directory, DatasetEditing editing, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync<SectionBody>(http, cancellationToken);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !await directory.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        if (!read.Succeeded(out var body, out var failure))
        {
            return failure.ToProblem();
        }

        return (await editing.AddSectionAsync(id, body.Name, cancellationToken)).Succeeded(out var section, out var refused)
            ? new JsonAnswer(writer => DatasetAnswers.Write(writer, section), StatusCodes.Status201Created)
            : refused.ToProblem();
    }

    private static async Task<IResult> PatchSectionAsync(
        string dataset, string section, HttpContext http, DatasetDirectory directory, DatasetEditing editing, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync<SectionChangeBody>(http, cancellationToken);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !TypeId.TryParse<SectionId>(section, out var sectionId)
            || await directory.FindAsync(id, cancellationToken) is not { } found || found.Sections.All(each => each.Id != sectionId))
        {
            return Problem.NotFound();
        }

        return read.Succeeded(out var body, out var failure)
            ? Answer(await editing.UpdateSectionAsync(id, sectionId, body.Name, body.Position, cancellationToken))
            : failure.ToProblem();
    }

    private static async Task<IResult> DeleteSectionAsync(string dataset, string section, DatasetEditing editing, CancellationToken cancellationToken) =>
        !TypeId.TryParse<DatasetId>(dataset, out var id) || !TypeId.TryParse<SectionId>(section, out var sectionId) ? Problem.NotFound()
        : (await editing.DeleteSectionAsync(id, sectionId, cancellationToken)).Succeeded(out _, out var failure) ? TypedResults.NoContent() : failure.ToProblem();

    private static IResult Answer(Outcome<DatasetView> outcome) =>
        outcome.Succeeded(out var dataset, out var failure) ? new JsonAnswer(writer => DatasetAnswers.Write(writer, dataset)) : failure.ToProblem();
}
