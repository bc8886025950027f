using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>
/// What a submission is worth, <c>w/{workspace}/submissions/{id}/{version}-{hash}.json</c>: everything that is known, of which the pages and the API show what the seller reveals.
/// It names tasks and criteria, and never says what the key says.
/// </summary>
public sealed record SubmissionDocument
{
    public required SubmissionId Id { get; init; }

    public required ListingId ListingId { get; init; }

    public required string Seller { get; init; }

    public required int ListingVersion { get; init; }

    public required Reveal Reveal { get; init; }

    public string? Model { get; init; }

    public string? LeaderboardName { get; init; }

    public required int AnsweredCount { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CompletedAt { get; init; }

    public required IReadOnlyList<TaskResult> Tasks { get; init; }
}
