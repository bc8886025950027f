using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Judging;

/// <summary>Asks an OpenAI-compatible chat endpoint once.</summary>
internal sealed class ChatEndpoint(IHttpClientFactory clients, IOptions<JudgeOptions> options, TimeProvider time)
{
    public const string ClientName = "judge";

    /// <summary>Endpoints that do not know the format of the answer are asked without it from then on.</summary>
    private bool hasNoFormats;

    private static ChatResponseFormat JsonObject { get; } = new("json_object");

    public async Task<ChatOutcome> AskAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        var isFormatted = !hasNoFormats;
        var outcome = await SendAsync(messages, isFormatted, cancellationToken);
        if (isFormatted && outcome.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            outcome = await SendAsync(messages, isFormatted: false, cancellationToken);
            hasNoFormats = outcome.Status == HttpStatusCode.OK;
        }

        return outcome;
    }

    private async Task<ChatOutcome> SendAsync(IReadOnlyList<ChatMessage> messages, bool isFormatted, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(settings.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(settings.BaseUrl!))
        {
            Content = JsonContent.Create(new ChatRequest(settings.Model!, messages, isFormatted ? JsonObject : null), ChatJson.Default.ChatRequest),
        };
        if (!string.IsNullOrEmpty(settings.ApiKey))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.ApiKey);

        try
        {
            using var response = await client.SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode)
                return new ChatOutcome(response.StatusCode, null, null, $"The endpoint answered {(int)response.StatusCode}.", IsWorthAsking(response.StatusCode), RetryAfter(response));
            var answer = await response.Content.ReadFromJsonAsync(ChatJson.Default.ChatResponse, either.Token);
            return new ChatOutcome(response.StatusCode, answer?.Choices is [{ Message.Content: var content }, ..] ? content : null, answer?.Usage, null, true, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ChatOutcome(null, null, null, $"No answer within {settings.TimeoutSeconds} seconds.", true, null);
        }
        catch (HttpRequestException exception)
        {
            return new ChatOutcome(null, null, null, $"The endpoint could not be reached ({exception.HttpRequestError}).", true, null);
        }
        catch (JsonException)
        {
            return new ChatOutcome(HttpStatusCode.OK, null, null, "The endpoint answered something that is no chat completion.", true, null);
        }
    }

    private static bool IsWorthAsking(HttpStatusCode status) => (int)status >= 500 || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict;

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    /// <summary>Base addresses usually end with the version; one without any path gets it.</summary>
    private static Uri Address(string baseUrl)
    {
        var address = baseUrl.TrimEnd('/');
        if (address.EndsWith("/chat/completions", StringComparison.Ordinal))
            return new Uri(address);
        return new Uri(new Uri(address).AbsolutePath.Length <= 1 ? address + "/v1/chat/completions" : address + "/chat/completions");
    }
}

/// <summary>What came of asking.</summary>
/// <param name="Content">The answer's text.</param>
/// <param name="Problem">Why there is none; says nothing of what was asked.</param>
/// <param name="IsTransient">Whether asking again may help.</param>
/// <param name="RetryAfter">How long the endpoint wants to be left alone.</param>
internal sealed record ChatOutcome(HttpStatusCode? Status, string? Content, ChatUsage? Usage, string? Problem, bool IsTransient, TimeSpan? RetryAfter);
