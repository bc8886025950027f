namespace EvalMarket.Core.Annotation;

/// <summary>How a queue is to be: what people and programs set. In a change, what is null stays as it is.</summary>
public sealed record QueueSettings
{
    public const string Open = "open";

    public const string Closed = "closed";

    public const int DefaultReservationMinutes = 30;

    public static IReadOnlyList<string> Statuses { get; } = [Open, Closed];

    public string? Name { get; init; }

    /// <summary>Markdown; "" takes them away.</summary>
    public string? Instructions { get; init; }

    public int? ReviewsPerSession { get; init; }

    public bool? Blind { get; init; }

    /// <summary><see cref="Open"/> or <see cref="Closed"/>.</summary>
    public string? Status { get; init; }

    public int? ReservationMinutes { get; init; }

    /// <summary>E-mail addresses of members, and keys as <c>key:{name}</c>; empty for everybody who may label.</summary>
    public IReadOnlyList<string>? Reviewers { get; init; }
}
