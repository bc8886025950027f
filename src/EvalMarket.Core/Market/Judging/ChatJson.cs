using System.Text.Json.Serialization;

namespace EvalMarket.Core.Market.Judging;

/// <summary>A request to a chat endpoint, as far as it is used here.</summary>
internal sealed record ChatRequest(string Model, IReadOnlyList<ChatMessage> Messages, ChatResponseFormat? ResponseFormat);

internal sealed record ChatMessage(string Role, string Content);

internal sealed record ChatResponseFormat(string Type);

/// <summary>Its answer. What else it has is not looked at.</summary>
internal sealed record ChatResponse(IReadOnlyList<ChatChoice>? Choices, ChatUsage? Usage);

internal sealed record ChatChoice(ChatAnswer? Message);

internal sealed record ChatAnswer(string? Content);

internal sealed record ChatUsage(long? PromptTokens, long? CompletionTokens);

/// <summary>What a jury decided and how, for the seller.</summary>
/// <param name="Decision">"pass", "fail", or null when there was no majority of all jurors.</param>
/// <param name="IsUnanimous">Whether all jurors said the same.</param>
/// <param name="Cost">Dollars by the prices in the settings; null when there are none.</param>
internal sealed record JuryNotes(
    string Model, string? Decision, bool IsUnanimous, int Passed, int Failed, int Undecided, IReadOnlyList<JurorNote> Jurors, long PromptTokens, long CompletionTokens, decimal? Cost);

/// <summary>What one juror said.</summary>
/// <param name="Verdict">"pass", "fail", or null when there was none.</param>
/// <param name="Problem">Why there was none.</param>
internal sealed record JurorNote(int Juror, string? Verdict, string? Rationale, string? Problem, int Attempts, long PromptTokens, long CompletionTokens);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatResponse))]
[JsonSerializable(typeof(JuryNotes))]
internal sealed partial class ChatJson : JsonSerializerContext;
