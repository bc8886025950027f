using EvalMarket.Core.Annotation;

namespace EvalMarket.Core.Tests.Annotation;

public sealed class AgreementTests
{
    /// <summary>Counts of (first says, second says) for two raters and two categories, and Cohen's κ of them.</summary>
    public static TheoryData<int, int, int, int, double> TwoByTwo => new()
    {
        // Cohen's κ, examples of Wikipedia: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; then two with the same observed agreement.
        { 20, 5, 10, 15, 0.4 },
        { 45, 15, 25, 15, 0.1304 },
        { 25, 35, 5, 35, 0.2593 },
        { 10, 0, 0, 10, 1 },
        { 0, 10, 10, 0, -1 },
        { 5, 5, 5, 5, 0 },
    };

    [Theory]
    [MemberData(nameof(TwoByTwo))]
    public void Two_raters_are_measured_by_Cohens_kappa(int bothYes, int yesNo, int noYes, int bothNo, double kappa)
    {
        var agreement = new Agreement(2);
        Add(agreement, bothYes, ("a", 0), ("b", 0));
        Add(agreement, yesNo, ("a", 0), ("b", 1));
        // Who comes first in a unit is no matter.
        Add(agreement, noYes, ("b", 0), ("a", 1));
        Add(agreement, bothNo, ("a", 1), ("b", 1));

        var result = agreement.Result();

        Assert.Equal(AgreementMeasure.Cohen, result.Measure);
        Assert.Equal(kappa, result.Overall.Value!.Value, 4);
        // With two categories, each against the other is the same question.
        Assert.Equal(kappa, result.Categories[0].Kappa.Value!.Value, 4);
        Assert.Equal(kappa, result.Categories[1].Kappa.Value!.Value, 4);
        var pair = Assert.Single(result.Pairs);
        Assert.Equal(("a", "b", (long)(bothYes + yesNo + noYes + bothNo)), (pair.First, pair.Second, pair.Units));
        Assert.Equal(kappa, pair.Kappa.Value!.Value, 4);
        Assert.Equal([bothYes, yesNo + noYes, yesNo + noYes, bothNo], result.Coincidences);
    }

    [Fact]
    public void Many_raters_are_measured_by_Fleiss_kappa()
    {
        // Wikipedia's example: 10 subjects, 14 raters, 5 categories; κ = 0.210.
        int[][] table =
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ];
        var agreement = new Agreement(5);
        foreach (var counts in table)
        {
            agreement.Add([.. counts.SelectMany((count, category) => Enumerable.Repeat(category, count)).Select((category, rater) => ($"r{rater}", category))]);
        }

        var result = agreement.Result();

        Assert.Equal(AgreementMeasure.Fleiss, result.Measure);
        Assert.Equal(0.378, result.Overall.Observed!.Value, 3);
        Assert.Equal(0.213, result.Overall.Expected!.Value, 3);
        Assert.Equal(0.210, result.Overall.Value!.Value, 3);
        Assert.Equal((10, 14, 14, 14), (result.Units, result.Raters, result.FewestRatings, result.MostRatings));
        // Fleiss, Statistical Methods for Rates and Proportions: κ of a category is that of the category against all others.
        Assert.Equal(1 - (table.Sum(row => (double)row[0] * (14 - row[0])) / (10 * 14 * 13 * (20 / 140d) * (120 / 140d))), result.Categories[0].Kappa.Value!.Value, 10);
        Assert.Equal([20, 28, 39, 21, 32], result.Categories.Select(category => category.Ratings));
    }

    [Fact]
    public void Units_with_unequal_numbers_of_ratings_count_by_their_own_pairs_and_lonely_ones_are_left_out()
    {
        var agreement = new Agreement(2);
        agreement.Add([("a", 0), ("b", 0), ("c", 1)]);
        agreement.Add([("a", 1), ("c", 1)]);
        agreement.Add([("b", 0)]);
        agreement.Add([]);

        var result = agreement.Result();

        // Pairs of the first unit: one of three agrees. Shares of the five ratings: 2/5 and 3/5.
        Assert.Equal(((1 / 3d) + 1) / 2, result.Overall.Observed!.Value, 10);
        Assert.Equal((0.4 * 0.4) + (0.6 * 0.6), result.Overall.Expected!.Value, 10);
        Assert.Equal((2, 1, 3, 2, 3), (result.Units, result.LeftOut, result.Raters, result.FewestRatings, result.MostRatings));
        Assert.Equal([("a", "b", 1), ("a", "c", 2), ("b", "c", 1)], result.Pairs.Select(pair => (pair.First, pair.Second, (int)pair.Units)));
    }

    [Fact]
    public void Of_two_raters_only_units_that_both_have_rated_count()
    {
        var agreement = new Agreement(2);
        Add(agreement, 3, ("a", 0), ("b", 0));
        Add(agreement, 1, ("a", 1), ("b", 1));
        Add(agreement, 7, ("a", 1));

        var result = agreement.Result();

        Assert.Equal((AgreementMeasure.Cohen, 4, 7), (result.Measure, result.Units, result.LeftOut));
        Assert.Equal(1, result.Overall.Value!.Value, 10);
    }

    [Fact]
    public void There_is_no_kappa_where_nobody_differs_from_chance_or_nothing_can_be_compared()
    {
        var same = new Agreement(4);
        Add(same, 5, ("a", 2), ("b", 2));
        var three = new Agreement(4);
        Add(three, 5, ("a", 2), ("b", 2), ("c", 2));
        var nothing = new Agreement(4).Result();

        Assert.Equal(new Kappa(null, 1, 1), same.Result().Overall);
        Assert.Equal(new Kappa(null, 1, 1), three.Result().Overall);
        Assert.Equal(new Kappa(null, null, null), three.Result().Categories[0].Kappa);
        Assert.Equal(new Kappa(null, null, null), nothing.Overall);
        Assert.Empty(nothing.Pairs);
        Assert.Equal((0, 0), (nothing.FewestRatings, nothing.MostRatings));
    }

    private static void Add(Agreement agreement, int times, params (string, int)[] unit)
    {
        for (var i = 0; i < times; i++)
        {
            agreement.Add(unit);
        }
    }
}
