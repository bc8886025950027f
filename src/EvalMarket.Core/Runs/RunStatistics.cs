namespace EvalMarket.Core.Runs;

/// <summary>A run in numbers; those of its sections are beside each.</summary>
/// <param name="All">Over all sections.</param>
/// <param name="Scores">How scores are distributed; null when no result has one.</param>
/// <param name="Latency">Null when no result has one.</param>
public sealed record RunStatistics(RunNumbers All, ScoreHistogram? Scores, LatencyNumbers? Latency);

/// <summary>Results counted.</summary>
/// <param name="Failed">Judged as not passed, or without an answer.</param>
/// <param name="Errors">Of them, those without an answer.</param>
/// <param name="Scored">Results that have a score.</param>
/// <param name="MeanScore">Of those.</param>
public sealed record RunNumbers(long Results, long Passed, long Failed, long Errors, long Scored, double? MeanScore)
{
    /// <summary>Neither passed nor failed.</summary>
    public long Unjudged => Results - Passed - Failed;

    /// <summary>Passed of those that were judged; null when none was.</summary>
    public double? PassRate => Passed + Failed == 0 ? null : (double)Passed / (Passed + Failed);
}

/// <summary>Ten bins of one width; the last one has its upper end in it.</summary>
public sealed record ScoreHistogram(double From, double To, IReadOnlyList<long> Counts);

/// <summary>In milliseconds.</summary>
public sealed record LatencyNumbers(double Mean, double Median, double Percentile95, double Most);
