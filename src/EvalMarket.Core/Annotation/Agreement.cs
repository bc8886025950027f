namespace EvalMarket.Core.Annotation;

/// <summary>
/// How far reviewers agree beyond what chance would give. Units (sessions) are added one by one, each with the ratings that it has; memory grows with the number of reviewers and not of
/// units. Pure.
/// </summary>
/// <remarks>
/// Two raters in all: Cohen's κ (1960), over the units that both have rated. More: Fleiss' κ (1971). Fleiss asks for equally many ratings of each unit; where they are unequal, a unit's
/// agreement is that of its own pairs, n_j(n_j − 1) over n(n − 1), the mean is over units, and the shares of the labels are those of all counted ratings: with equal numbers this is his
/// formula. Units with fewer than two ratings say nothing about agreement; they are left out and counted.
/// </remarks>
public sealed class Agreement(int categories)
{
    private readonly Dictionary<(string First, string Second), long[]> pairs = [];
    private readonly HashSet<string> raters = new(StringComparer.Ordinal);
    private readonly long[] ratings = new long[categories];
    private readonly long[] coincidences = new long[categories * categories];

    /// <summary>By category: the sum over units of the agreement when the question is only whether it is this category; last, of all categories.</summary>
    private readonly double[] agreements = new double[categories + 1];

    private long units;
    private long leftOut;
    private int fewest = int.MaxValue;
    private int most;

    /// <summary>Adds a unit.</summary>
    /// <param name="unit">Who said what, each rater once; categories count from 0.</param>
    public void Add(IReadOnlyList<(string Rater, int Category)> unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        if (unit.Count < 2)
        {
            leftOut += unit.Count;
            return;
        }

        units++;
        (fewest, most) = (Math.Min(fewest, unit.Count), Math.Max(most, unit.Count));
        var counts = new int[categories];
        foreach (var (rater, category) in unit)
        {
            raters.Add(rater);
            counts[category]++;
            ratings[category]++;
        }

        var allPairs = (double)unit.Count * (unit.Count - 1);
        for (var category = 0; category < categories; category++)
        {
            double same = (double)counts[category] * (counts[category] - 1);
            double others = (double)(unit.Count - counts[category]) * (unit.Count - counts[category] - 1);
            agreements[category] += (same + others) / allPairs;
            agreements[categories] += same / allPairs;
        }

        for (var i = 0; i < unit.Count; i++)
        {
            for (var j = i + 1; j < unit.Count; j++)
            {
                var (first, second) = string.CompareOrdinal(unit[i].Rater, unit[j].Rater) < 0 ? (unit[i], unit[j]) : (unit[j], unit[i]);
                if (!pairs.TryGetValue((first.Rater, second.Rater), out var table))
                {
                    pairs[(first.Rater, second.Rater)] = table = new long[categories * categories];
                }

                table[(first.Category * categories) + second.Category]++;
                coincidences[(first.Category * categories) + second.Category]++;
                if (first.Category != second.Category)
                {
                    coincidences[(second.Category * categories) + first.Category]++;
                }
            }
        }
    }

    /// <summary>What the units come to.</summary>
    public AgreementResult Result()
    {
        var isCohen = raters.Count == 2;
        var table = isCohen ? pairs.Values.Single() : null;
        var overall = table is not null ? Cohen(table, null) : Fleiss(null);
        return new AgreementResult
        {
            Measure = isCohen ? AgreementMeasure.Cohen : AgreementMeasure.Fleiss,
            Overall = overall,
            Categories = [.. Enumerable.Range(0, categories).Select(category => new CategoryAgreement(
                ratings[category], ratings[category] == 0 ? new Kappa(null, null, null) : table is not null ? Cohen(table, category) : Fleiss(category)))],
            Pairs = [.. pairs.OrderBy(pair => pair.Key.First, StringComparer.Ordinal).ThenBy(pair => pair.Key.Second, StringComparer.Ordinal)
                .Select(pair => new PairAgreement(pair.Key.First, pair.Key.Second, pair.Value.Sum(), Cohen(pair.Value, null)))],
            Coincidences = coincidences,
            Units = units,
            LeftOut = leftOut,
            Raters = raters.Count,
            FewestRatings = units == 0 ? 0 : fewest,
            MostRatings = most,
        };
    }

    /// <summary>Of two raters' table; of one category against all others when one is given.</summary>
    private Kappa Cohen(long[] table, int? category)
    {
        double total = table.Sum();
        if (total == 0)
        {
            return new Kappa(null, null, null);
        }

        double Share(int row, int column) => table[(row * categories) + column] / total;
        double Row(int row) => Enumerable.Range(0, categories).Sum(column => Share(row, column));
        double Column(int column) => Enumerable.Range(0, categories).Sum(row => Share(row, column));
        if (category is { } one)
        {
            var (row, column, both) = (Row(one), Column(one), Share(one, one));
            return Kappa.Of(both + (1 - row - column + both), (row * column) + ((1 - row) * (1 - column)));
        }

        return Kappa.Of(
            Enumerable.Range(0, categories).Sum(each => Share(each, each)),
            Enumerable.Range(0, categories).Sum(each => Row(each) * Column(each)));
    }

    private Kappa Fleiss(int? category)
    {
        if (units == 0)
        {
            return new Kappa(null, null, null);
        }

        double total = ratings.Sum();
        if (category is { } one)
        {
            var share = ratings[one] / total;
            return Kappa.Of(agreements[one] / units, (share * share) + ((1 - share) * (1 - share)));
        }

        return Kappa.Of(agreements[categories] / units, ratings.Sum(count => count / total * (count / total)));
    }
}
