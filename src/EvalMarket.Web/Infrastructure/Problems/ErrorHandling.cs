using System.Diagnostics;
using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Storage;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Infrastructure.Problems;

/// <summary>Every error has an answer: problem documents for programs, pages for people, never a stack trace.</summary>
internal sealed partial class ErrorHandling(RequestDelegate next, Limits limits, ILogger<ErrorHandling> logger)
{
    // The client went away; nobody reads the answer (nginx's number for it).
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var problem = Describe(context, exception);
            if (problem.Status >= StatusCodes.Status500InternalServerError)
                Log.Failed(logger, context.Request.Method, context.GetEndpoint()?.DisplayName, exception);
            context.Response.Clear();
            await AnswerAsync(context, problem);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400 and < 600, ContentLength: null, ContentType: null } && !HttpMethods.IsHead(context.Request.Method))
            await AnswerAsync(context, Describe(context));
    }

    private async Task AnswerAsync(HttpContext context, Problem problem)
    {
        if (context.IsApi())
            await problem.ExecuteAsync(context);
        else
            await ShowPageAsync(context, problem);
    }

    private Problem Describe(HttpContext context, Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(context),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => UnsupportedMediaType(),
        BadHttpRequestException { InnerException: JsonException json } => JsonBody.Describe(json).ToProblem(),
        BadHttpRequestException bad => Problem.Of(bad.StatusCode, "bad_request", bad.Message),
        // Kestrel's own, while a form is read.
        InvalidDataException data => Problem.BadRequest("bad_request", data.Message),
        // The form ends before it says so. Other failures of input and output come from elsewhere.
        IOException { Source: "Microsoft.AspNetCore.WebUtilities" } => Problem.BadRequest("bad_request", "The body ends before its form does: send it again, whole."),
        StorageException { Failure: StorageFailure.TooLarge } => TooLarge(context),
        StorageException { Failure: StorageFailure.Full } full => Problem.Of(507, "storage_full", full.Message),
        StorageException => Problem.Of(503, "storage_unavailable", "The storage does not work at the moment. Nothing that was not acknowledged has been kept."),
        _ => Problem.Of(500, "internal_error", "Something went wrong here. It has been logged.")
            with { TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier },
    };

    /// <summary>Answers that have a status and no body yet: unknown routes, wrong methods, wrong media types.</summary>
    private Problem Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => Problem.Unauthorized(),
        StatusCodes.Status403Forbidden => Problem.Forbidden("You may not do this."),
        StatusCodes.Status404NotFound => Problem.NotFound(),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(405, "method_not_allowed", $"Allowed here: {context.Response.Headers.Allow}."),
        StatusCodes.Status413PayloadTooLarge => TooLarge(context),
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType(),
        var status => Problem.Of(status, "error", null),
    };

    private Problem TooLarge(HttpContext context) => new TooLarge("upload_bytes", limits.UploadBytes, context.Request.ContentLength).ToProblem();

    private static Problem UnsupportedMediaType() =>
        Problem.Of(415, "unsupported_media_type", "Send the body with the Content-Type that this endpoint takes.");

    /// <summary>Runs the error page in the place of what failed; the address in the browser stays.</summary>
    private async Task ShowPageAsync(HttpContext context, Problem problem)
    {
        var request = context.Request;
        var (method, path, query) = (request.Method, request.Path, request.QueryString);
        context.Features.Set(new ErrorPageFeature(problem));
        context.SetEndpoint(null);
        request.RouteValues.Clear();
        (request.Method, request.Path, request.QueryString) = (HttpMethods.Get, "/error", QueryString.Empty);
        context.Response.StatusCode = problem.Status;
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted && exception is not OperationCanceledException)
        {
            // The page itself needs what is broken: a few words are better than nothing.
            Log.Failed(logger, method, "the error page", exception);
            context.Response.Clear();
            context.Response.StatusCode = problem.Status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"{problem.Title}. {problem.Detail}", context.RequestAborted);
        }
        finally
        {
            (request.Method, request.Path, request.QueryString) = (method, path, query);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Method} {Endpoint} failed")]
        public static partial void Failed(ILogger logger, string method, string? endpoint, Exception exception);
    }
}

/// <summary>What the error page is about.</summary>
internal sealed record ErrorPageFeature(Problem Problem);
