using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Market;
using EvalMarket.Formats;
using Microsoft.AspNetCore.Http.Metadata;
using System.Reflection;

namespace EvalMarket.Web.Infrastructure.Problems;

/// <summary>
/// An error answer of the API (RFC 9457, <c>application/problem+json</c>). <see cref="Code"/> is what programs rely on.
/// Holds nothing that tells a thing of another workspace from one that never was.
/// </summary>
public sealed record Problem : IResult, IEndpointMetadataProvider
{
    public const string ContentType = "application/problem+json";

    /// <summary>No page describes the codes singly; RFC 9457, section 4.2.1.</summary>
    public string Type => "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Code { get; init; }

    /// <summary>Cause and way out.</summary>
    public string? Detail { get; init; }

    /// <summary>Everything that is wrong with the content, each with its place.</summary>
    public IReadOnlyList<ProblemError>? Errors { get; init; }

    /// <summary>413: the limit's name, as in <c>GET /api/limits</c>.</summary>
    public string? Limit { get; init; }

    public long? Allowed { get; init; }

    public long? Sent { get; init; }

    /// <summary>403: what the key would need.</summary>
    public string? Scope { get; init; }

    /// <summary>429: seconds until there is room again; also the header <c>Retry-After</c>.</summary>
    public long? RetryAfter { get; init; }

    /// <summary>500: what to look for in the server's log.</summary>
    public string? TraceId { get; init; }

    public static Problem Of(int status, string code, string? detail) => new()
    {
        Status = status,
        Code = code,
        Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
        Detail = detail,
    };

    public static Problem Unauthorized() => Of(401, "unauthorized", "Sign in, or send a valid API key: Authorization: Bearer emk_…");

    public static Problem Forbidden(string detail) => Of(403, "forbidden", detail);

    public static Problem NotFound() => new NotFound().ToProblem();

    public static Problem BadRequest(string code, string detail) => Of(400, code, detail);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(Problem), [ContentType]));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = ContentType;
        if (RetryAfter is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return httpContext.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(this, ProblemJson.Relaxed.Problem), httpContext.RequestAborted).AsTask();
    }
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Parameter">Name of the query parameter.</param>
/// <param name="Path">JSON pointer.</param>
/// <param name="Line">1-based.</param>
public sealed record ProblemError(string Message, string? Path = null, long? Line = null, string? File = null, string? Parameter = null, long? Column = null);

/// <summary>Turns what Core says went wrong into answers.</summary>
public static class ProblemConversion
{
    public static Problem ToProblem(this Failure failure) => failure switch
    {
        NotFound => Problem.Of(404, failure.Code, failure.Message),
        WrongParameter wrong => Problem.Of(400, failure.Code, failure.Message) with { Errors = [new ProblemError(wrong.Message, Parameter: wrong.Parameter)] },
        Forbidden => Problem.Of(403, failure.Code, failure.Message),
        ItemDeleted => Problem.Of(404, failure.Code, failure.Message),
        ItemStale => Problem.Of(412, failure.Code, failure.Message),
        ExportExpired => Problem.Of(410, failure.Code, failure.Message),
        Conflict => Problem.Of(409, failure.Code, failure.Message),
        Invalid invalid => Problem.Of(422, failure.Code, failure.Message) with { Errors = [.. invalid.Errors.Select(ToProblemError)] },
        TooLarge large => Problem.Of(413, failure.Code, failure.Message) with { Limit = large.Limit, Allowed = large.Allowed, Sent = large.Sent },
        QuotaReached quota => Problem.Of(429, failure.Code, failure.Message) with { RetryAfter = Math.Max(1, (long)Math.Ceiling(quota.RetryAfter.TotalSeconds)) },
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "A failure without an answer."),
    };

    public static ProblemError ToProblemError(this ContentError error) => new(error.Message, error.Path, error.Line, error.File, Column: error.Column);
}

[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>Quotes and umlauts as they are: the answer is never part of a page.</summary>
    public static ProblemJson Relaxed { get; } =
        new(new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
}
