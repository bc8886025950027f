using EvalMarket.Core.Market.Submissions;
using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Tests.Market;

public sealed class ScoreRoundingTests
{
    [Fact]
    public void One_right_answer_alone_does_not_show_in_an_overall_score_of_many_tasks()
    {
        for (var tasks = 100; tasks <= 2_000; tasks++)
        {
            Assert.Equal(0, ScoreRounding.Overall(100m / tasks, tasks, Reveal.Overall));
            Assert.Equal(0, ScoreRounding.Rate(1m / tasks, tasks, Reveal.Overall));
            Assert.Equal(100, ScoreRounding.Overall(100m, tasks, Reveal.Overall));
        }
    }

    [Theory]
    [InlineData(99, Reveal.Overall, 66.67)]
    [InlineData(100, Reveal.Overall, 66)]
    [InlineData(201, Reveal.Overall, 67)]
    [InlineData(201, Reveal.Task, 66.67)]
    public void Scores_of_few_tasks_and_those_whose_tasks_are_shown_have_two_decimals(int tasks, Reveal reveal, double told)
    {
        Assert.Equal((decimal)told, ScoreRounding.Overall(200m / 3, tasks, reveal));
        Assert.Equal((decimal)told / 100, ScoreRounding.Rate(2m / 3, tasks, reveal));
    }
}
