using EvalMarket.Core.Annotation;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Tests.Annotation;

public sealed class ConsensusTests
{
    [Fact]
    public void One_review_is_the_result_as_it_is()
    {
        var review = new QueueLabels { Status = EvalStatus.Golden, Notes = "n", Tags = ["a", "b"], ExpectedOutput = "o" };

        var result = Consensus.Of([("ann", review)]);

        Assert.Empty(result.Conflicts);
        Assert.Equal(("n", "o", EvalStatus.Golden), (result.Labels!.Notes, result.Labels.ExpectedOutput, result.Labels.Status));
        Assert.Equal(["a", "b"], result.Labels.Tags);
    }

    [Fact]
    public void Reviews_that_agree_give_the_tags_of_most_and_everybodys_notes_under_their_names()
    {
        var result = Consensus.Of(
        [
            ("ann", new QueueLabels { Status = EvalStatus.Correct, Notes = "fine", Tags = ["a", "b"] }),
            ("bob", new QueueLabels { Status = EvalStatus.Correct, Tags = ["b", "c"], ExpectedOutput = "o" }),
            ("cleo", new QueueLabels { Status = EvalStatus.Correct, Notes = "mostly", Tags = ["c"] }),
        ]);

        Assert.Equal("ann: fine\n\ncleo: mostly", result.Labels!.Notes);
        Assert.Equal(["b", "c"], result.Labels.Tags);
        Assert.Equal("o", result.Labels.ExpectedOutput);
    }

    [Fact]
    public void Different_labels_different_expected_outputs_and_flags_are_for_somebody_to_decide()
    {
        var result = Consensus.Of(
        [
            ("ann", new QueueLabels { Status = EvalStatus.Correct, ExpectedOutput = "o" }),
            ("bob", new QueueLabels { Status = EvalStatus.Incorrect, ExpectedOutput = "p", Flag = "Is this ours?" }),
        ]);

        Assert.Null(result.Labels);
        Assert.Equal([ConsensusConflict.Status, ConsensusConflict.ExpectedOutput, ConsensusConflict.Flag], result.Conflicts);
    }
}
