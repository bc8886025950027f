namespace EvalMarket.Formats.Bundles;

/// <summary>How far a grade is.</summary>
public enum GradeStatus
{
    /// <summary>Final.</summary>
    Graded = 1,

    /// <summary>It waits for the jury, or for the seller's verdict.</summary>
    Pending = 2,
}
