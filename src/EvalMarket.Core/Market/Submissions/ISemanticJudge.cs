using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>Gives verdicts on criteria that no rule can decide. Without one they wait for the seller.</summary>
public interface ISemanticJudge
{
    /// <summary>Whether there is anybody to ask.</summary>
    bool IsConfigured { get; }

    /// <summary>The verdict on one criterion; null when there was none to be had, and the seller has to give it.</summary>
    Task<SemanticVerdict?> JudgeAsync(SemanticQuestion question, CancellationToken cancellationToken);
}

/// <summary>What is judged. Holds a part of the key: it goes to the judge and nowhere else.</summary>
public sealed record SemanticQuestion(string Submission, BundleAnswer Answer, Criterion Criterion, string Response);

/// <summary>What was decided.</summary>
/// <param name="Score">0–100.</param>
/// <param name="Notes">JSON for the seller: who said what, why, and what it cost. May quote the key, so it is kept in the vault.</param>
public sealed record SemanticVerdict(decimal Score, string? Notes = null);

/// <summary>Nobody to ask.</summary>
internal sealed class NoJudge : ISemanticJudge
{
    public bool IsConfigured => false;

    public Task<SemanticVerdict?> JudgeAsync(SemanticQuestion question, CancellationToken cancellationToken) => Task.FromResult<SemanticVerdict?>(null);
}
