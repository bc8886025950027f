
namespace EvalMarket.Core.Annotation;

/// <summary>Whether the reviews of a session agree, and what they come to. Pure.</summary>
public static class Consensus
{
    /// <summary>
    /// Reviews agree when they give the same label, those that give an expected output give the same one, and none is flagged. The result then has that label and output, the tags that more
    /// than half of the reviews have, and everybody's notes, under their names where there are several.
    /// </summary>
    /// <param name="reviews">Of one session, at least one, each by another reviewer.</param>
    public static ConsensusResult Of(IReadOnlyList<(string Reviewer, QueueLabels Labels)> reviews)
    {
        ArgumentNullException.ThrowIfNull(reviews);
        List<ConsensusConflict> conflicts = [];
        if (reviews.Select(review => review.Labels.Status).Distinct().Count() > 1)
        {
            conflicts.Add(ConsensusConflict.Status);
        }

        var outputs = reviews.Select(review => review.Labels.ExpectedOutput).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (outputs.Count > 1)
        {
            conflicts.Add(ConsensusConflict.ExpectedOutput);
        }

        if (reviews.Any(review => review.Labels.Flag is not null))
        {
            conflicts.Add(ConsensusConflict.Flag);
        }

        return conflicts.Count > 0 ? new ConsensusResult(null, conflicts) : new ConsensusResult(
            new QueueLabels { Status = reviews[0].Labels.Status, Notes = Notes(reviews), Tags = Tags(reviews), ExpectedOutput = outputs.FirstOrDefault() }, []);
    }

    private static List<string> Tags(IReadOnlyList<(string Reviewer, QueueLabels Labels)> reviews) =>
        [.. reviews.SelectMany(review => review.Labels.Tags)
            .Distinct(StringComparer.Ordinal)
            .Where(tag => reviews.Count(review => review.Labels.Tags.Contains(tag, StringComparer.Ordinal)) * 2 > reviews.Count)];

    private static string? Notes(IReadOnlyList<(string Reviewer, QueueLabels Labels)> reviews)
    {
        var noted = reviews.Where(review => review.Labels.Notes is not null).ToList();
        return noted.Count == 0 ? null
            : reviews.Count == 1 ? noted[0].Labels.Notes
            : string.Join("\n\n", noted.Select(review => $"{review.Reviewer}: {review.Labels.Notes}"));
    }
}

/// <summary>What reviews come to.</summary>
/// <param name="Labels">Null when somebody has to decide.</param>
/// <param name="Conflicts">Why.</param>
public sealed record ConsensusResult(QueueLabels? Labels, IReadOnlyList<ConsensusConflict> Conflicts);

/// <summary>Why reviews of a session do not come to a result by themselves.</summary>
public enum ConsensusConflict
{
    Status,
    ExpectedOutput,
    Flag,
}
