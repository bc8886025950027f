using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Annotation;

/// <summary>The queue as a file: <c>w/{workspace}/queues/{id}/{version}-{hash}.json</c>. What is in it and what was said is in its log beside it.</summary>
internal sealed record QueueDocument
{
    public required QueueId Id { get; init; }

    public required string Name { get; init; }

    public string? Instructions { get; init; }

    public required int ReviewsPerSession { get; init; }

    public required bool Blind { get; init; }

    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public required string Status { get; init; }

    public required int ReservationMinutes { get; init; }

    public required IReadOnlyList<string> Reviewers { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static QueueDocument Of(QueueRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Instructions = row.Instructions,
        ReviewsPerSession = row.ReviewsPerSession,
        Blind = row.IsBlind,
        Status = row.IsOpen ? QueueSettings.Open : QueueSettings.Closed,
        ReservationMinutes = row.ReservationMinutes,
        Reviewers = QueueJson.Texts(row.Reviewers),
        CreatedAt = row.CreatedAt,
        CreatedBy = row.CreatedBy,
        UpdatedAt = row.UpdatedAt,
    };

    public QueueRow ToRow(string workspace, int version, string hash) => new()
    {
        Workspace = workspace,
        Id = Id,
        Version = version,
        Hash = hash,
        Name = Name,
        Instructions = Instructions,
        ReviewsPerSession = ReviewsPerSession,
        IsBlind = Blind,
        IsOpen = Status == QueueSettings.Open,
        ReservationMinutes = ReservationMinutes,
        Reviewers = QueueJson.Write(Reviewers),
        CreatedAt = CreatedAt,
        CreatedBy = CreatedBy,
        UpdatedAt = UpdatedAt,
    };
}

/// <summary>The JSON of queues: snake_case, absent instead of null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(EvalStatusJsonConverter)])]
[JsonSerializable(typeof(QueueDocument))]
[JsonSerializable(typeof(QueueLogLine))]
[JsonSerializable(typeof(QueueResult))]
[JsonSerializable(typeof(QueueImportPayload))]
[JsonSerializable(typeof(QueueImportResult))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class QueueJson : JsonSerializerContext
{
    /// <summary>For logs and rows: one line.</summary>
    public static QueueJson Compact { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Converters = { new EvalStatusJsonConverter() },
    });

    public static string Write(IReadOnlyList<string> texts) => JsonSerializer.Serialize(texts, Compact.IReadOnlyListString);

    public static IReadOnlyList<string> Texts(string? json) => json is null ? [] : JsonSerializer.Deserialize(json, Compact.IReadOnlyListString)!;
}
