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
        Cost = CostOf(row.Cost),
        DurationMs = row.DurationMs,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        Labels = LabelsOf(row),
        Messages = messages,
    };

    /// <summary>The cost as the index can hold it, without zeros at its end: 1.50000000 and 1.5 are the same content.</summary>
    internal static decimal? CostOf(decimal? cost) => cost is { } amount ? decimal.Round(Math.Min(amount, SessionLimits.Cost), 8) / 1.0000000000000000000000000000m : null;

    /// <summary>What counts of a session in the index are cut to: it adds up those of all sessions.</summary>
    private const long MostCounted = 1_000_000_000_000;

    /// <summary>What transcripts add up, as far as the index can hold it.</summary>
    internal static long? CountOf(long? count) => count is { } number ? Math.Clamp(number, 0, MostCounted) : null;

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
