using EvalMarket.Core.Data;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>Responses that a workspace sent for a listing, and what they are worth. It belongs to the buyer; the seller's side reads it by <see cref="Seller"/>.</summary>
public sealed class SubmissionRow : IWorkspaceOwned
{
    public const int NameLength = 100;

    /// <summary>The buyer.</summary>
    public required string Workspace { get; init; }

    public required SubmissionId Id { get; init; }

    public required string Seller { get; init; }

    public required ListingId ListingId { get; init; }

    /// <summary>The version of the listing that was answered.</summary>
    public required int ListingVersion { get; init; }

    public required SubmissionStatus Status { get; set; }

    /// <summary>As it was when the responses came.</summary>
    public required Reveal Reveal { get; init; }

    /// <summary>Tasks of the version that are scored.</summary>
    public required int TaskCount { get; init; }

    public required int AnsweredCount { get; init; }

    /// <summary>Criteria that wait for a verdict.</summary>
    public int PendingCount { get; set; }

    /// <summary>0–100, not rounded; null until everything is graded.</summary>
    public decimal? Score { get; set; }

    /// <summary>0–1.</summary>
    public decimal? PassRate { get; set; }

    /// <summary>The model that gave the responses, as the buyer calls it.</summary>
    public string? Model { get; set; }

    /// <summary>The name under which the buyer wants to be on the leaderboard; null for not at all.</summary>
    public string? LeaderboardName { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>The job that grades it, when one does.</summary>
    public JobId? JobId { get; set; }

    /// <summary>Of its document; 0 before it was graded.</summary>
    public int Version { get; set; }

    public string? Hash { get; set; }

    /// <summary>Why the grading failed.</summary>
    public string? Error { get; set; }
}

/// <summary>Wire names are the lower-case words; the numbers are stored and never change.</summary>
public enum SubmissionStatus
{
    Queued = 1,
    Running = 2,

    /// <summary>Graded, but for criteria that wait for a verdict.</summary>
    Pending = 3,

    Completed = 4,
    Failed = 5,
}
