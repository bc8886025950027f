using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Annotation;

/// <summary>
/// The index entry of an annotation queue: sessions that several people look at, each by themselves. (Version, Hash) names its document,
/// <see cref="LogSequence"/> says how far its log counts.
/// </summary>
public sealed class QueueRow : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required QueueId Id { get; init; }

    public required int Version { get; set; }

    /// <summary>First 12 hex digits of the document's SHA-256.</summary>
    public required string Hash { get; set; }

    public required string Name { get; set; }

    /// <summary>Markdown.</summary>
    public string? Instructions { get; set; }

    /// <summary>Reviews by different people that each session gets.</summary>
    public required int ReviewsPerSession { get; set; }

    /// <summary>Nobody sees others' reviews of a session before it has all of them.</summary>
    public required bool IsBlind { get; set; }

    /// <summary>A closed queue takes no reviews.</summary>
    public required bool IsOpen { get; set; }

    /// <summary>How long a session is kept for the reviewer who was given it.</summary>
    public required int ReservationMinutes { get; set; }

    /// <summary>JSON array of who may review, by the names that stand in "reviewed by"; empty for everybody who may label.</summary>
    public required string Reviewers { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The last file of the queue's log that counts.</summary>
    public long LogSequence { get; set; }

    /// <summary>Raised by whoever changes the queue or its reservations: its row is their lock.</summary>
    public long Revision { get; set; }
}
