using System.Buffers;
using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Api.Packages;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Runs;

/// <summary>Runs of datasets (contract, section 6).</summary>
internal static class RunsApi
{
    public const string ResultsField = "results";

    private static readonly string[] Outcomes = ["failed", "unjudged", "passed"];

    /// <summary>Fields of an upload beside its file.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["name", "model", "provider", "status", "version", RunOrders.ConfigFile, RunOrders.LightEvalFile];

    /// <summary>Fields of a change: the version that a run ran on stays.</summary>
    public static IReadOnlyList<string> ChangeFields { get; } = [.. Fields.Where(field => field != "version")];

    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        api.MapPost("/datasets/{dataset}/runs", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithTags("Runs")
            .WithCurl("-F name=baseline -F model=gpt-5 -F 'run_config={\"temperature\":0}' -F results=@results.jsonl")
            .WithSummary("Upload a run")
            .WithDescription($"Multipart: fields `name, model, provider, status` ({string.Join(", ", RunStatuses.Names)}; completed when absent), `version` of the dataset (the newest when absent), `run_config` (JSON), `lighteval_config` (YAML), and the file `results`: a line for each item, `{{item_id, response, score?, passed?, latency_ms?, usage?, error?, criteria?}}`. A run that is not completed may come without it (`PATCH` adds it later). Results of items that the version does not have are 422. Secrets are taken out, by the names of keys and by the shape of tokens; `removed` says where they were. A body over `Limits:SyncBytes`, or `Prefer: respond-async`, becomes a job.");
        api.MapGet("/datasets/{dataset}/runs", ListAsync)
            .RequirePermission(Permission.Read)
            .WithTags("Runs")
            .WithQuery(QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("List the runs of a dataset")
            .WithDescription("Newest first: `{items, next_cursor}`.");
        var runs = api.MapGroup("/runs").WithTags("Runs");
        runs.MapGet("/{run}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("One run")
            .WithDescription("Its configuration, the distribution of its scores, its latency, and the numbers of each section.");
        runs.MapGet("/{run}/results", ResultsAsync)
            .RequirePermission(Permission.Read)
            .WithQuery(new QueryParameter("outcome", "Only these.", Values: Outcomes), QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("The results of a run")
            .WithDescription("What failed first, then what was not judged, then what passed: `{items, next_cursor}`.");
        runs.MapGet("/{run}/lighteval_config.yaml", LightEvalAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("A LightEval model configuration for a run")
            .WithDescription("The one that was uploaded, or one that is made of what the run says of its model. `model_parameters` is a mapping with keys that LightEval knows; it takes API keys from the environment.");
        runs.MapPatch("/{run}", PatchAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("-X PATCH -F results=@results.jsonl")
            .WithSummary("Change a run that is not completed")
            .WithDescription("Multipart with any of `name, model, provider, status, run_config, lighteval_config` and the file `results`, which takes the place of the results that there are; or JSON with the same fields (`run_config` as an object). Results without a `status` complete the run. Then it stays as it is: 409 `run_completed`.");
        runs.MapDelete("/{run}", DeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete a run");
    }

    private static async Task<IResult> PostAsync(
        string dataset, HttpContext http, RunUploads uploads, RunUploadJob jobs, RunAnswer answer, ImportStaging staging, Limits limits, TimeProvider clock, Core.Datasets.DatasetDirectory datasets, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !await datasets.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        if (!http.Request.HasFormContentType)
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send multipart/form-data with a file named {ResultsField}.");
        }

        if (UploadedFiles.AreForAJob(http, limits))
        {
            var staged = await OneFileUpload.StageAsync(
                http,
                ResultsField,
                Fields,
                staging,
                JobQueue.NewId(clock),
                async (job, upload, fields) => Order(id, fields).Succeeded(out var order, out var failure) ? await jobs.EnqueueAsync(job, order, upload, cancellationToken) : failure,
                cancellationToken);
            return staged.Succeeded(out var enqueued, out var refused) ? JobAnswer.Accepted(enqueued) : refused.ToProblem();
        }

        var form = await http.Request.ReadFormAsync(cancellationToken);
        if (OneFileUpload.Check([.. form.Keys], [.. form.Files.Select(file => file.Name)], ResultsField, Fields, MayComeWithoutResults(form["status"].ToString())) is { } wrong)
        {
            return wrong.ToProblem();
        }

        if (!Order(id, form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal)).Succeeded(out var read, out var invalid))
        {
            return invalid.ToProblem();
        }

        await using var content = form.Files is [var file] ? file.OpenReadStream() : Stream.Null;
        if (!(await uploads.UploadAsync(read, content, null, cancellationToken)).Succeeded(out var made, out var problem))
        {
            return problem.ToProblem();
        }

        var json = await answer.WriteAsync(made.Id, cancellationToken);
        return new JsonAnswer(writer => writer.WriteRawValue(json), StatusCodes.Status201Created);
    }

    private static Outcome<RunOrder> Order(DatasetId dataset, IReadOnlyDictionary<string, string> fields)
    {
        List<ContentError> errors = [];
        return RunOrders.Read(dataset, fields, errors) is { } order ? order : new Invalid("invalid_form", errors[0].Message, errors);
    }

    private static async Task<IResult> ListAsync(string dataset, HttpContext http, RunDirectory runs, Core.Datasets.DatasetDirectory datasets, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !await datasets.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        var query = new QueryReader(http);
        var limit = query.Limit();
        RunId? after = query.Cursor(1) is { } parts && TypeId.TryParse<RunId>(parts[0], out var last) ? last : null;
        if (query.Failed(out var problem))
        {
            return problem;
        }

        var page = await runs.ListAsync(id, after, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var run in page.Items)
            {
                RunAnswer.WriteRow(writer, run);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Next is { } next ? Cursor.Encode(next.Value) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> GetAsync(string run, RunDirectory runs, CancellationToken cancellationToken) =>
        TypeId.TryParse<RunId>(run, out var id) && await runs.FindAsync(id, cancellationToken) is { } view
            ? new JsonAnswer(writer => RunAnswer.Write(writer, view))
            : Problem.NotFound();

    private static async Task<IResult> ResultsAsync(string run, HttpContext http, RunDirectory runs, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<RunId>(run, out var id) || await runs.FindAsync(id, cancellationToken) is not { } view)
        {
            return Problem.NotFound();
        }

        var query = new QueryReader(http);
        var limit = query.Limit();
        RunOutcome? outcome = query.OneOf("outcome", Outcomes) is { } word ? (RunOutcome)(Outcomes.IndexOf(word) + 1) : null;
        RunResultPlace? after = query.Cursor(2) is { } parts && int.TryParse(parts[0], out var reached) && TypeId.TryParse<ItemId>(parts[1], out var item)
            ? new RunResultPlace((RunOutcome)reached, item)
            : null;
        if (query.Failed(out var problem))
        {
            return problem;
        }

        var page = await runs.ResultsAsync(view, new RunResultFilter(outcome, null), after, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            var line = new ArrayBufferWriter<byte>();
            foreach (var result in page.Items)
            {
                line.ResetWrittenCount();
                result.Result.Write(line);
                writer.WriteRawValue(line.WrittenSpan, skipInputValidation: true);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Next is { } next ? Cursor.Encode(((int)next.Outcome).ToString(), next.Item.Value) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> LightEvalAsync(string run, RunDirectory runs, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<RunId>(run, out var id) || await runs.FindAsync(id, cancellationToken) is not { } view)
        {
            return Problem.NotFound();
        }

        var yaml = view.Document.LightEvalConfig ?? LightEvalConfig.Write(view.Row.Model, view.Row.Provider, view.Document.RunConfig ?? default);
        return TypedResults.File(System.Text.Encoding.UTF8.GetBytes(yaml), "application/yaml", "lighteval_config.yaml");
    }

    /// <summary>A run that goes on, or failed, need not have results.</summary>
    public static bool MayComeWithoutResults(string status) => status.Length > 0 && status != RunStatus.Completed.ToWire();

    private static async Task<IResult> PatchAsync(string run, HttpContext http, RunUpdates updates, RunDirectory runs, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<RunId>(run, out var id) || !await runs.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        Outcome<RunDocument> outcome;
        if (http.Request.HasFormContentType)
        {
            var form = await http.Request.ReadFormAsync(cancellationToken);
            if (OneFileUpload.Check([.. form.Keys], [.. form.Files.Select(file => file.Name)], ResultsField, ChangeFields, isOptional: true) is { } wrong)
            {
                return wrong.ToProblem();
            }

            await using var content = form.Files is [var file] ? file.OpenReadStream() : null;
            outcome = await updates.UpdateAsync(id, form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal), content, cancellationToken);
        }
        else
        {
            if (!(await JsonBody.ReadAsync<JsonElement>(http, cancellationToken)).Succeeded(out var body, out var unread))
            {
                return unread.ToProblem();
            }

            List<ContentError> errors = [];
            var fields = FieldsOf(body, errors);
            outcome = errors.Count > 0 ? new Invalid("invalid_body", errors[0].Message, errors) : await updates.UpdateAsync(id, fields, null, cancellationToken);
        }

        return outcome.Succeeded(out _, out var failure) && await runs.FindAsync(id, cancellationToken) is { } view
            ? new JsonAnswer(writer => RunAnswer.Write(writer, view))
            : failure?.ToProblem() ?? Problem.NotFound();
    }

    private static Dictionary<string, string> FieldsOf(JsonElement body, List<ContentError> errors)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        if (body.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ContentError("Must be an object.", ""));
            return fields;
        }

        foreach (var property in body.EnumerateObject())
        {
            var isConfig = property.Name == RunOrders.ConfigFile;
            if (!ChangeFields.Contains(property.Name))
            {
                errors.Add(new ContentError($"There is no such property. Known: {string.Join(", ", ChangeFields)}.", $"/{property.Name}"));
            }
            else if (property.Value.ValueKind != (isConfig ? JsonValueKind.Object : JsonValueKind.String))
            {
                errors.Add(new ContentError(isConfig ? "Must be an object." : "Must be a text.", $"/{property.Name}"));
            }
            else
            {
                fields[property.Name] = isConfig ? property.Value.GetRawText() : property.Value.GetString()!;
            }
        }

        return fields;
    }

    private static async Task<IResult> DeleteAsync(string run, RunUploads uploads, CancellationToken cancellationToken) =>
        !TypeId.TryParse<RunId>(run, out var id) ? Problem.NotFound()
        : (await uploads.DeleteAsync(id, cancellationToken)).Succeeded(out _, out var failure) ? TypedResults.NoContent()
        : failure.ToProblem();
}
