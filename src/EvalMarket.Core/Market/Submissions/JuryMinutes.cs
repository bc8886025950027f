using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>
/// What a jury has said of a submission so far. Each verdict is kept in the vault as soon as it is there, so that a grading that was cut off asks only for those that are missing, and none is paid for
/// twice. When all are there they become one file.
/// </summary>
internal sealed class JuryMinutes
{
    private readonly Vault vault;
    private readonly ListingVersionRow version;
    private readonly SubmissionId submission;
    private readonly Dictionary<(string TaskId, string CriterionId), VerdictNote> notes = [];

    private JuryMinutes(Vault vault, ListingVersionRow version, SubmissionId submission)
    {
        this.vault = vault;
        this.version = version;
        this.submission = submission;
    }

    /// <summary>With what a grading that was cut off has left.</summary>
    public static async Task<JuryMinutes> OpenAsync(Vault vault, ListingVersionRow version, SubmissionId submission, CancellationToken cancellationToken)
    {
        var minutes = new JuryMinutes(vault, version, submission);
        foreach (var note in await vault.ReadSingleNotesAsync(version.Workspace, version.BundleId, submission, cancellationToken))
            minutes.notes[(note.TaskId, note.CriterionId)] = note;
        return minutes;
    }

    public VerdictNote? Find(string taskId, string criterionId) => notes.GetValueOrDefault((taskId, criterionId));

    /// <summary>Not cancelled: the verdict was paid for.</summary>
    public async Task AddAsync(VerdictNote note)
    {
        await vault.PutNoteAsync(version.Workspace, version.BundleId, submission, notes.Count, note, CancellationToken.None);
        notes[(note.TaskId, note.CriterionId)] = note;
    }

    /// <summary>All are there.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (notes.Count > 0)
            await vault.PutNotesAsync(version.Workspace, version.BundleId, submission, [.. notes.Values], cancellationToken);
    }

    /// <summary>The single ones are needed no more. A process that dies before leaves them to nobody's harm.</summary>
    public Task TidyAsync() => notes.Count > 0
        ? vault.DeleteSingleNotesAsync(version.Workspace, version.BundleId, submission, CancellationToken.None)
        : Task.CompletedTask;
}
