using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>What a seller needs to give a verdict: for each criterion that waits, the response, what was asked, the reference, and what the jury said. All of it is the seller's own or was sent to be judged.</summary>
public sealed class SubmissionReviews(EvalMarketDbContext db, Tenant tenant, SubmissionVerdicts verdicts, Vault vault)
{
    /// <summary>The submission with what waits in it, at most <paramref name="most"/> criteria; null when it is for nobody of the workspace. Opening the key is written down.</summary>
    public async Task<SubmissionReview?> OpenAsync(SubmissionId id, int most, CancellationToken cancellationToken)
    {
        if (!tenant.Actor.May(Permission.Edit) || await verdicts.OpenAsync(id, cancellationToken) is not { } submission)
            return null;

        var pending = submission.Document.Tasks
            .SelectMany(task => task.Criteria.Where(criterion => criterion.Status == GradeStatus.Pending).Select(criterion => (task.TaskId, criterion.CriterionId))).ToHashSet();
        var listing = submission.Row.ListingId;
        var number = submission.Row.ListingVersion;
        var version = await db.ListingVersions.AsNoTracking().SingleOrDefaultAsync(one => one.ListingId == listing && one.Number == number, cancellationToken);
        List<ReviewItem> items = [];
        if (pending.Count > 0 && version is not null)
        {
            await using var key = await vault.OpenAsync(tenant.Required, version.BundleId, version.Upload, KeyPurpose.Review, tenant.Actor.Name, cancellationToken);
            var notes = (await vault.ReadNotesAsync(tenant.Required, version.BundleId, id, tenant.Actor.Name, cancellationToken)).ToLookup(note => (note.TaskId, note.CriterionId), note => note.Json);
            if (key is not null)
            {
                await foreach (var answer in BundleAnswers.ReadAsync(key.Open(), cancellationToken))
                {
                    foreach (var criterion in answer.Criteria.Where(criterion => pending.Contains((answer.TaskId, criterion.Id))))
                        items.Add(new ReviewItem(answer.TaskId, criterion, answer.Answer, submission.Responses.GetValueOrDefault(answer.TaskId) ?? "", notes[(answer.TaskId, criterion.Id)].FirstOrDefault()));
                    if (items.Count >= most)
                        break;
                }
            }
        }

        return new SubmissionReview(submission.Row, pending.Count, [.. items.Take(most)]);
    }
}

/// <summary>A submission under review.</summary>
/// <param name="Waiting">Criteria that wait, also those that are not among the items.</param>
public sealed record SubmissionReview(SubmissionRow Row, int Waiting, IReadOnlyList<ReviewItem> Items);

/// <summary>One criterion that waits. Holds a part of the key.</summary>
/// <param name="Reference">The answer in the key.</param>
/// <param name="JuryNotes">JSON of what the jury said; null when none was asked.</param>
public sealed record ReviewItem(string TaskId, Criterion Criterion, JsonElement? Reference, string Response, string? JuryNotes);
