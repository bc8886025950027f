using System.Text.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>What a session becomes when a change of its labels is taken back.</summary>
internal static class LabelUndoing
{
    /// <summary>The labels without the change.</summary>
    /// <param name="changes">The change, and what came after it, in order.</param>
    /// <param name="now">What the session is.</param>
    /// <param name="withReview">Whether who reviewed it last, and when, is put back as well.</param>
    public static EvalLabels Before(IReadOnlyList<LabelHistoryRow> changes, EvalLabels now, bool withReview)
    {
        var undone = changes[0];
        var texts = TextsOf(undone);
        var ready = Has(LabelFields.EvalReady) ? undone.ReadyBefore : now.EvalReady;
        var status = Has(LabelFields.Status) ? undone.StatusBefore : now.Status;
        return new EvalLabels
        {
            EvalReady = ready,
            // An eval-ready session always has a status.
            Status = status ?? (ready ? EvalStatus.NeedsReview : null),
            Notes = Has(LabelFields.Notes) ? texts.Notes : now.Notes,
            ExpectedOutput = Has(LabelFields.ExpectedOutput) ? texts.ExpectedOutput : now.ExpectedOutput,
            Tags = Has(LabelFields.Tags) ? TagsBefore(texts.Tags ?? [], changes, now.Tags) : now.Tags,
            ReviewedAt = withReview ? undone.ReviewedAtBefore : now.ReviewedAt,
            ReviewedBy = withReview ? undone.ReviewedByBefore : now.ReviewedBy,
        };

        bool Has(LabelFields field) => undone.Fields.HasFlag(field);
    }

    /// <summary>The fields in which two states differ; when and by whom they were reviewed is none.</summary>
    public static LabelFields Difference(EvalLabels a, EvalLabels b) =>
        (a.EvalReady != b.EvalReady ? LabelFields.EvalReady : LabelFields.None)
        | (a.Status != b.Status ? LabelFields.Status : LabelFields.None)
        | (a.Notes != b.Notes ? LabelFields.Notes : LabelFields.None)
        | (a.ExpectedOutput != b.ExpectedOutput ? LabelFields.ExpectedOutput : LabelFields.None)
        | (a.Tags.SequenceEqual(b.Tags) ? LabelFields.None : LabelFields.Tags);

    public static LabelTexts TextsOf(LabelHistoryRow row) =>
        row.TextsBefore is { } json ? JsonSerializer.Deserialize(json, SessionJsonContext.Compact.LabelTexts)! : new LabelTexts();

    /// <summary>Without later changes the list from before; with some, only what the change itself added and took away is turned back.</summary>
    private static IReadOnlyList<string> TagsBefore(IReadOnlyList<string> before, IReadOnlyList<LabelHistoryRow> changes, IReadOnlyList<string> now)
    {
        if (changes.Skip(1).FirstOrDefault(later => later.Fields.HasFlag(LabelFields.Tags)) is not { } next)
        {
            return before;
        }

        var after = TextsOf(next).Tags ?? [];
        return [.. now.Except(after.Except(before)).Union(before.Except(after))];
    }
}
