using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>How many sessions have each label, and how many have none.</summary>
public sealed record StatusNumbers(long Golden, long Correct, long Incorrect, long NeedsReview, long Unlabelled)
{
    public static StatusNumbers None { get; } = new(0, 0, 0, 0, 0);

    public long All => Golden + Correct + Incorrect + NeedsReview + Unlabelled;

    /// <summary>Null asks for those without a label.</summary>
    public long Of(EvalStatus? status) => status switch
    {
        EvalStatus.Golden => Golden,
        EvalStatus.Correct => Correct,
        EvalStatus.Incorrect => Incorrect,
        EvalStatus.NeedsReview => NeedsReview,
        _ => Unlabelled,
    };

    public StatusNumbers With(EvalStatus? status, long more) => status switch
    {
        EvalStatus.Golden => this with { Golden = Golden + more },
        EvalStatus.Correct => this with { Correct = Correct + more },
        EvalStatus.Incorrect => this with { Incorrect = Incorrect + more },
        EvalStatus.NeedsReview => this with { NeedsReview = NeedsReview + more },
        _ => this with { Unlabelled = Unlabelled + more },
    };

    public static StatusNumbers operator +(StatusNumbers a, StatusNumbers b) => new(
        a.Golden + b.Golden, a.Correct + b.Correct, a.Incorrect + b.Incorrect, a.NeedsReview + b.NeedsReview, a.Unlabelled + b.Unlabelled);
}
