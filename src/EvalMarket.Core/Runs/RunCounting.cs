using EvalMarket.Formats.Runs;

namespace EvalMarket.Core.Runs;

/// <summary>Adds up the results of a run, or of a section, as they come.</summary>
internal sealed class RunCounting
{
    private const int Bins = 10;

    private readonly List<double> scores = [];
    private readonly List<double> latencies = [];
    private long results;
    private long passed;
    private long failed;
    private long errors;

    public RunNumbers Numbers => new(results, passed, failed, errors, scores.Count, scores.Count == 0 ? null : scores.Average());

    public RunStatistics Statistics => new(Numbers, Histogram(), Latency());

    public void Add(RunResult result)
    {
        results++;
        errors += result.Error is null ? 0 : 1;
        if (result.HasFailed)
        {
            failed++;
        }
        else if (result.Passed == true)
        {
            passed++;
        }

        if (result.Score is { } score)
        {
            scores.Add(score);
        }

        if (result.LatencyMs is { } latency)
        {
            latencies.Add(latency);
        }
    }

    /// <summary>Scores are from 0 to 1 or from 0 to 100 on nearly all scales; else from the least to the most.</summary>
    private ScoreHistogram? Histogram()
    {
        if (scores.Count == 0)
        {
            return null;
        }

        var (least, most) = (scores.Min(), scores.Max());
        var (from, to) = least < 0 || most > 100 ? (least, most) : (0d, most <= 1 ? 1d : 100d);
        if (from == to)
        {
            to = from + 1;
        }

        var counts = new long[Bins];
        foreach (var score in scores)
        {
            counts[Math.Min(Bins - 1, (int)((score - from) / (to - from) * Bins))]++;
        }

        return new ScoreHistogram(from, to, counts);
    }

    private LatencyNumbers? Latency()
    {
        if (latencies.Count == 0)
        {
            return null;
        }

        latencies.Sort();
        return new LatencyNumbers(latencies.Average(), At(0.5), At(0.95), latencies[^1]);

        double At(double part) => latencies[(int)Math.Ceiling(part * latencies.Count) - 1];
    }
}
