using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions;

/// <summary>From index rows to the record that formats know.</summary>
public static class SessionContent
{
    /// <summary>The session of a row with its current labels. The row's tags must have been read, in order.</summary>
    public static Session Of(SessionRow row, IReadOnlyList<Message> messages) => new()
    {
        ExternalId = row.ExternalId,
        Title = row.Title,
        Source = row.Source,
        Author = row.Author,
        Project = row.Project,
        Model = row.Model,
        Provider = row.Provider,
        PromptTokens = row.PromptTokens,
        CompletionTokens = row.CompletionTokens,
        Cost = row.Cost,
        DurationMs = row.DurationMs,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        Labels = LabelsOf(row),
        Messages = messages,
    };

    public static EvalLabels LabelsOf(SessionRow row) => new()
    {
        EvalReady = row.EvalReady,
        Status = row.EvalStatus,
        Notes = row.EvalNotes,
        Tags = [.. row.Tags.OrderBy(tag => tag.Ordinal).Select(tag => tag.Tag)],
        ExpectedOutput = row.ExpectedOutput,
        ReviewedAt = row.ReviewedAt,
        ReviewedBy = row.ReviewedBy,
    };
}
