using System.Collections.Concurrent;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>
/// What a jury has said of a submission so far. Each verdict is kept in the vault as soon as it is there, so that a grading that was cut off asks only for those that are missing, and none is paid for
/// twice. When all are there they become one file.
/// </summary>
internal sealed class JuryMinutes : IDisposable
{
    private readonly Vault vault;
    private readonly ListingVersionRow version;
    private readonly SubmissionId submission;
    private readonly ConcurrentDictionary<(string TaskId, string CriterionId), VerdictNote> notes = [];
    private readonly SemaphoreSlim writing = new(1);

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

    /// <summary>Not cancelled: the verdict was paid for. Tasks that are judged at the same time wait for each other here.</summary>
    public async Task AddAsync(VerdictNote note)
    {
        await writing.WaitAsync();
        try
        {
            await vault.PutNoteAsync(version.Workspace, version.BundleId, submission, notes.Count, note, CancellationToken.None);
            notes[(note.TaskId, note.CriterionId)] = note;
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose() => writing.Dispose();

    /// <summary>All are there.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (!notes.IsEmpty)
            await vault.PutNotesAsync(version.Workspace, version.BundleId, submission, [.. notes.Values.OrderBy(note => note.TaskId, StringComparer.Ordinal).ThenBy(note => note.CriterionId, StringComparer.Ordinal)], cancellationToken);
    }

    /// <summary>The single ones are needed no more. A process that dies before leaves them to nobody's harm.</summary>
    public Task TidyAsync() => !notes.IsEmpty
        ? vault.DeleteSingleNotesAsync(version.Workspace, version.BundleId, submission, CancellationToken.None)
        : Task.CompletedTask;
}
