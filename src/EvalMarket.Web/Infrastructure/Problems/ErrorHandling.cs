using System.Diagnostics;
using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Storage;
using EvalMarket.Web.Infrastructure.Requests;
using Microsoft.AspNetCore.Diagnostics;

namespace EvalMarket.Web.Infrastructure.Problems;

/// <summary>Every error has an answer: problem documents for programs, pages for people, never a stack trace.</summary>
internal static partial class ErrorHandling
{
    private const string ErrorPage = "/error";

    public static void UseErrorAnswers(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException or OperationCanceledException,
            ExceptionHandler = AnswerExceptionAsync,
        });
        app.UseStatusCodePages(AnswerStatusAsync);
    }

    private static async Task AnswerExceptionAsync(HttpContext context)
    {
        var feature = context.Features.GetRequiredFeature<IExceptionHandlerFeature>();
        context.SetEndpoint(feature.Endpoint);
        var problem = Describe(context, feature.Error);
        if (context.IsApi())
            await problem.ExecuteAsync(context);
        else
            await ShowPageAsync(context, problem.Status, problem.TraceId);
    }

    private static Problem Describe(HttpContext context, Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(context),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Problem.Of(415, "unsupported_media_type", exception.Message),
        BadHttpRequestException { InnerException: JsonException json } => JsonBody.Describe(json).ToProblem(),
        BadHttpRequestException bad => Problem.Of(bad.StatusCode, "bad_request", bad.Message),
        StorageException { Failure: StorageFailure.Full } full => Problem.Of(507, "storage_full", full.Message),
        StorageException => Problem.Of(503, "storage_unavailable", "The storage does not work at the moment. Nothing was changed that was not acknowledged."),
        _ => Problem.Of(500, "internal_error", "Something went wrong here. It has been logged.")
            with { TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier },
    };

    private static Problem TooLarge(HttpContext context) =>
        new TooLarge("upload_bytes", context.RequestServices.GetRequiredService<Limits>().UploadBytes, context.Request.ContentLength).ToProblem();

    /// <summary>Answers that have a status and no body yet: unknown routes, wrong methods, wrong media types.</summary>
    private static async Task AnswerStatusAsync(StatusCodeContext status)
    {
        var context = status.HttpContext;
        var code = context.Response.StatusCode;
        if (!context.IsApi())
        {
            await ShowPageAsync(context, code, null);
            return;
        }

        var problem = code switch
        {
            StatusCodes.Status401Unauthorized => Problem.Unauthorized(),
            StatusCodes.Status403Forbidden => Problem.Forbidden("You may not do this."),
            StatusCodes.Status404NotFound => Problem.NotFound(),
            StatusCodes.Status405MethodNotAllowed => Problem.Of(code, "method_not_allowed", $"Allowed here: {context.Response.Headers.Allow}."),
            StatusCodes.Status413PayloadTooLarge => TooLarge(context),
            StatusCodes.Status415UnsupportedMediaType => Problem.Of(code, "unsupported_media_type", "Send the body with the Content-Type that this endpoint takes."),
            _ => Problem.Of(code, "error", null),
        };
        await problem.ExecuteAsync(context);
    }

    /// <summary>Runs the error page in the place of what failed; the address stays.</summary>
    private static async Task ShowPageAsync(HttpContext context, int status, string? traceId)
    {
        var (path, query) = (context.Request.Path, context.Request.QueryString);
        context.Features.Set(new ErrorPageFeature(status, traceId));
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        context.Request.Path = $"{ErrorPage}/{status}";
        context.Request.QueryString = QueryString.Empty;
        context.Response.StatusCode = status;
        try
        {
            await context.RequestServices.GetRequiredService<ErrorPagePipeline>().Run(context);
        }
        finally
        {
            (context.Request.Path, context.Request.QueryString) = (path, query);
        }
    }
}

/// <summary>What the error page is about.</summary>
internal sealed record ErrorPageFeature(int Status, string? TraceId);

/// <summary>The rest of the pipeline, for showing the error page within it.</summary>
internal sealed class ErrorPagePipeline
{
    public RequestDelegate Run { get; set; } = _ => throw new InvalidOperationException("The pipeline has not been built.");
}
