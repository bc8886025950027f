using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EvalMarket.TestKit;

/// <summary>An OpenAI-compatible chat endpoint on a port of its own, that answers what a test wants: verdicts, nonsense, failures, or nothing.</summary>
public sealed class JudgeServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<JudgeCall> calls = new();
    private int count;

    private JudgeServer(WebApplication app) => this.app = app;

    /// <summary>What <c>Judge:BaseUrl</c> is set to.</summary>
    public string BaseUrl => app.Urls.First() + "/v1";

    /// <summary>What was asked.</summary>
    public IReadOnlyList<JudgeCall> Calls => [.. calls];

    public static async Task<JudgeServer> StartAsync(Func<JudgeCall, JudgeReply> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new JudgeServer(builder.Build());
        server.app.MapPost("/v1/chat/completions", context => server.AnswerAsync(context, answer));
        await server.app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<JudgeCall, JudgeReply> answer)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var messages = body.RootElement.GetProperty("messages").EnumerateArray().ToDictionary(message => message.GetProperty("role").GetString()!, message => message.GetProperty("content").GetString()!);
        var call = new JudgeCall(
            Interlocked.Increment(ref count), context.Request.Headers.Authorization.ToString(), body.RootElement.GetProperty("model").GetString()!, messages["system"], messages["user"], body.RootElement.TryGetProperty("response_format", out _));
        calls.Enqueue(call);
        var reply = answer(call);
        if (reply.IsSilent)
        {
            // Until whoever asked has had enough.
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        context.Response.StatusCode = reply.Status;
        if (reply.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await context.Response.WriteAsync(
            reply.Body ?? JsonSerializer.Serialize(new
            {
                id = $"chatcmpl-{call.Number}",
                @object = "chat.completion",
                choices = new[] { new { index = 0, finish_reason = "stop", message = new { role = "assistant", content = reply.Content } } },
                usage = new { prompt_tokens = 100, completion_tokens = 10, total_tokens = 110 },
            }),
            context.RequestAborted);
    }
}

/// <summary>A question that came in; numbers begin with 1.</summary>
public sealed record JudgeCall(int Number, string Authorization, string Model, string System, string User, bool HasFormat);

/// <summary>What is answered.</summary>
public sealed record JudgeReply
{
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Of the assistant's message.</summary>
    public string? Content { get; init; }

    /// <summary>Instead of a chat completion.</summary>
    public string? Body { get; init; }

    public int? RetryAfter { get; init; }

    public bool IsSilent { get; init; }

    public static JudgeReply Verdict(bool passes, string rationale = "Because.") => Say(JsonSerializer.Serialize(new { verdict = passes ? "pass" : "fail", rationale }));

    public static JudgeReply Say(string content) => new() { Content = content };

    public static JudgeReply Fail(int status, int? retryAfter = null) => new() { Status = status, Body = """{"error":{"message":"no"}}""", RetryAfter = retryAfter };

    public static JudgeReply Silence { get; } = new() { IsSilent = true };
}
