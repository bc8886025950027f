using EvalMarket.Core;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Market;

/// <summary>Bundles of the seller (contract, section 7).</summary>
internal static class BundlesApi
{
    private static readonly QueryParameter Version = new("version", "A version by its number; the newest when absent.");

    public static void MapBundles(this IEndpointRouteBuilder api)
    {
        var bundles = api.MapGroup("/bundles").WithTags("Bundles");
        bundles.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List bundles")
            .WithDescription("Newest first: `{items, next_cursor}`.");
        bundles.MapPost("", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("-F name='SQL migrations' -F tasks=@tasks.json -F answers=@answers.json -F reference=@reference.zip")
            .WithSummary("Upload a bundle")
            .WithDescription("Multipart: files `tasks`, `answers`, optionally `reference` (a ZIP), field `name`. Taken whole or refused whole: 422 lists every error with `file`, `path` (JSON pointer) and `message`, and nothing is kept. A body over `Limits:SyncBytes`, or `Prefer: respond-async`, becomes a job.");
        bundles.MapGet("/{bundle}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(Version)
            .WithSummary("One bundle")
            .WithDescription("What is in it: tasks, criteria by type, reference files, warnings. Of the answer key it says length and commitment.");
        bundles.MapPost("/{bundle}/versions", PostVersionAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("-F tasks=@tasks.json -F answers=@answers.json -F reference=@reference.zip")
            .WithSummary("Upload the next version of a bundle")
            .WithDescription("The same form as for a new one. Listings keep the version that they were published with until the seller publishes the next.");
        bundles.MapDelete("/{bundle}", DeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete a bundle")
            .WithDescription("With all its versions and keys. 409 `bundle_listed` while a listing is made of it.");
        bundles.MapGet("/{bundle}/tasks.json", TasksAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(Version)
            .WithSummary("tasks.json as it was uploaded");
        bundles.MapGet("/{bundle}/reference.zip", ReferenceAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(Version)
            .WithSummary("The reference archive as it was uploaded");
        bundles.MapGet("/{bundle}/answers.json", AnswersAsync)
            .RequirePermission(Permission.Edit)
            .WithQuery(Version)
            .WithSummary("answers.json as it was uploaded")
            .WithDescription("The key, for the seller's own editors. Each read is in the audit records.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, BundleStore bundles, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        BundleId? before = query.Cursor(1) is { } parts && TypeId.TryParse<BundleId>(parts[0], out var id) ? id : null;
        if (query.Failed(out var problem))
            return problem;

        var page = await bundles.ListAsync(before, limit + 1, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var row in page.Take(limit))
            {
                writer.WriteStartObject();
                writer.WriteString("id", row.Id.Value);
                writer.WriteString("name", row.Name);
                writer.WriteNumber("version", row.Version);
                writer.WriteNumber("task_count", row.TaskCount);
                writer.WriteNumber("scored_count", row.ScoredCount);
                writer.WriteNumber("file_count", row.FileCount);
                writer.WriteNumber("bytes", row.Bytes);
                writer.WriteString("created_at", Wire.Time(row.CreatedAt));
                writer.WriteString("updated_at", Wire.Time(row.UpdatedAt));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Count > limit ? Cursor.Encode(page[limit - 1].Id.Value) : null);
            writer.WriteEndObject();
        });
    }

    private static Task<IResult> PostAsync(HttpContext http, BundleDrafts drafts, BundleCommits commits, BundleUploadJob jobs, Limits limits, CancellationToken cancellationToken) =>
        TakeAsync(null, http, drafts, commits, jobs, limits, cancellationToken);

    private static async Task<IResult> PostVersionAsync(
        string bundle, HttpContext http, BundleStore bundles, BundleDrafts drafts, BundleCommits commits, BundleUploadJob jobs, Limits limits, CancellationToken cancellationToken) =>
        TypeId.TryParse<BundleId>(bundle, out var id) && await bundles.FindAsync(id, cancellationToken) is { } row
            ? await TakeAsync(row, http, drafts, commits, jobs, limits, cancellationToken)
            : Problem.NotFound();

    private static async Task<IResult> TakeAsync(
        BundleRow? row, HttpContext http, BundleDrafts drafts, BundleCommits commits, BundleUploadJob jobs, Limits limits, CancellationToken cancellationToken)
    {
        if (!http.Request.HasFormContentType)
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send multipart/form-data with the files tasks, answers and reference.");

        var begun = await drafts.BeginAsync(row?.Id, row?.Name ?? BundleForm.DefaultName, cancellationToken);
        if (!begun.Succeeded(out var draft, out var refused))
            return refused.ToProblem();

        var isTaken = false;
        try
        {
            var (named, problem) = await BundleForm.ReadAsync(new UploadForm(http), draft, drafts, cancellationToken);
            if (problem is not null)
                return problem;
            if (UploadedFiles.AreForAJob(http, limits))
            {
                await drafts.RenameAsync(named, cancellationToken);
                isTaken = true;
                return JobAnswer.Accepted(await jobs.EnqueueAsync(named, mayMend: false, cancellationToken));
            }

            var outcome = await commits.CommitAsync(named, cancellationToken);
            isTaken = outcome.Failure is null;
            if (!outcome.Succeeded(out var kept, out var failure))
                return failure.ToProblem();
            http.Response.Headers.Location = $"/api/bundles/{kept.Row.Id}";
            return new JsonAnswer(writer => BundleAnswerJson.Write(writer, kept.Row, kept.Row.Version, kept.Document), StatusCodes.Status201Created);
        }
        finally
        {
            if (!isTaken)
                await drafts.DiscardAsync(draft, CancellationToken.None);
        }
    }

    private static async Task<IResult> GetAsync(string bundle, HttpContext http, BundleStore bundles, CancellationToken cancellationToken)
    {
        var (found, problem) = await OpenAsync(bundle, http, bundles, cancellationToken);
        return found is null ? problem! : new JsonAnswer(writer => BundleAnswerJson.Write(writer, found.Row, found.Version, found.Document));
    }

    private static async Task<IResult> DeleteAsync(string bundle, BundleStore bundles, CancellationToken cancellationToken) =>
        !TypeId.TryParse<BundleId>(bundle, out var id) ? Problem.NotFound()
        : await bundles.DeleteAsync(id, cancellationToken) is { } failure ? failure.ToProblem()
        : TypedResults.NoContent();

    private static async Task<IResult> TasksAsync(string bundle, HttpContext http, BundleStore bundles, CancellationToken cancellationToken)
    {
        var (found, problem) = await OpenAsync(bundle, http, bundles, cancellationToken);
        return found is null ? problem! : FileAnswer.Of(http, await bundles.OpenTasksAsync(found, cancellationToken), FileAnswer.Json, "tasks.json", found.Document.Tasks.Sha256);
    }

    private static async Task<IResult> ReferenceAsync(string bundle, HttpContext http, BundleStore bundles, CancellationToken cancellationToken)
    {
        var (found, problem) = await OpenAsync(bundle, http, bundles, cancellationToken);
        if (found is null)
            return problem!;
        return found.Document.Reference is { } reference
            ? FileAnswer.Of(http, await bundles.OpenReferenceAsync(found, cancellationToken), FileAnswer.Zip, "reference.zip", reference.Sha256)
            : Problem.NotFound();
    }

    private static async Task<IResult> AnswersAsync(string bundle, HttpContext http, BundleStore bundles, CancellationToken cancellationToken)
    {
        var (found, problem) = await OpenAsync(bundle, http, bundles, cancellationToken);
        if (found is null)
            return problem!;
        return (await bundles.OpenKeyAsync(found, cancellationToken)).Succeeded(out var key, out var failure) ? FileAnswer.Of(http, key) : failure.ToProblem();
    }

    private static async Task<(OpenBundle? Found, IResult? Problem)> OpenAsync(string bundle, HttpContext http, BundleStore bundles, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var version = (int?)query.Number("version", 1, int.MaxValue);
        if (query.Failed(out var problem))
            return (null, problem);
        return TypeId.TryParse<BundleId>(bundle, out var id) && await bundles.OpenAsync(id, version, cancellationToken) is { } found ? (found, null) : (null, Problem.NotFound());
    }
}
