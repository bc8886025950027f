using EvalMarket.Core.Data;
using EvalMarket.Formats;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Annotation;

/// <summary>What is wrong with the settings of a queue, all of it, each at its JSON pointer.</summary>
public sealed class QueueSettingsCheck(EvalMarketDbContext db, IOptions<Limits> limits)
{
    private const string KeyPrefix = "key:";

    internal async Task<Invalid?> CheckAsync(QueueSettings settings, bool isNew, CancellationToken cancellationToken)
    {
        var bounds = limits.Value;
        List<ContentError> errors = [];
        if (settings.Name is { } name ? name.Length == 0 : isNew)
        {
            errors.Add(new ContentError("Give the queue a name.", "/name"));
        }
        else if (settings.Name?.Length > bounds.QueueNameLength || settings.Name?.Any(char.IsControl) == true)
        {
            errors.Add(new ContentError($"A name has at most {bounds.QueueNameLength} characters (Limits:QueueNameLength), and no control characters.", "/name"));
        }

        if (settings.Instructions?.Length > bounds.NoteLength)
        {
            errors.Add(new ContentError($"Limits:NoteLength allows {bounds.NoteLength:N0} characters.", "/instructions"));
        }

        if (settings.ReviewsPerSession is { } reviews && (reviews < 1 || reviews > bounds.ReviewsPerSession))
        {
            errors.Add(new ContentError($"Must be a whole number from 1 to {bounds.ReviewsPerSession}.", "/reviews_per_session"));
        }

        if (settings.ReservationMinutes is { } minutes && (minutes < 1 || minutes > bounds.ReservationMinutes))
        {
            errors.Add(new ContentError($"Must be a whole number from 1 to {bounds.ReservationMinutes:N0}.", "/reservation_minutes"));
        }

        if (settings.Status is { } status && !QueueSettings.Statuses.Contains(status))
        {
            errors.Add(new ContentError($"Must be one of {string.Join(", ", QueueSettings.Statuses)}.", "/status"));
        }

        await CheckReviewersAsync(settings.Reviewers ?? [], bounds, errors, cancellationToken);
        return errors.Count == 0 ? null : new Invalid("invalid_queue", errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"{errors.Count} errors in the queue.", errors);
    }

    private async Task CheckReviewersAsync(IReadOnlyList<string> reviewers, Limits bounds, List<ContentError> errors, CancellationToken cancellationToken)
    {
        if (reviewers.Count > bounds.MembersPerWorkspace + bounds.KeysPerWorkspace)
        {
            errors.Add(new ContentError($"At most {bounds.MembersPerWorkspace + bounds.KeysPerWorkspace:N0} reviewers.", "/reviewers"));
            return;
        }

        if (reviewers.Count == 0)
        {
            return;
        }

        var known = (await KnownAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        errors.AddRange(reviewers.Index().Where(reviewer => !known.Contains(reviewer.Item))
            .Select(reviewer => new ContentError("Nobody of this name is a member or a key here. People go by their e-mail address, keys by key:{name}.", $"/reviewers/{reviewer.Index}")));
    }

    /// <summary>Everybody who could review: members by e-mail address, keys that are not revoked by name.</summary>
    public async Task<IReadOnlyList<string>> KnownAsync(CancellationToken cancellationToken)
    {
        var members = await (from membership in db.Memberships join user in db.Users on membership.UserId equals user.Id orderby user.Email select user.Email!).ToListAsync(cancellationToken);
        var keys = await db.ApiKeys.Where(key => key.RevokedAt == null).OrderBy(key => key.Name).Select(key => key.Name).ToListAsync(cancellationToken);
        return [.. members, .. keys.Select(name => KeyPrefix + name).Distinct(StringComparer.Ordinal)];
    }
}
