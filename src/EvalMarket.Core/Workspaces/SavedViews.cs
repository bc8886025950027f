using EvalMarket.Core.Data;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Workspaces;

/// <summary>
/// The views of a workspace that its caller has: their own, and those that are shared. Sharing, and changing what is shared, takes
/// <see cref="Permission.Label"/>; one's own views anybody keeps.
/// </summary>
public sealed class SavedViews(EvalMarketDbContext db, Tenant tenant, TimeProvider time)
{
    /// <summary>One person's views of one workspace.</summary>
    public const int Most = 100;

    public bool MayShare => tenant.Actor.May(Permission.Label);

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<SavedView>> ListAsync(ViewedList list, DatasetId? dataset, CancellationToken cancellationToken) =>
        await Visible().Where(view => view.List == list && view.DatasetId == dataset).OrderBy(view => view.Name).ThenBy(view => view.Id).AsNoTracking().ToListAsync(cancellationToken);

    /// <summary>Null when there is none (or it is not yours).</summary>
    public Task<SavedView?> FindAsync(SavedViewId id, CancellationToken cancellationToken) =>
        Visible().Where(view => view.Id == id).FirstOrDefaultAsync(cancellationToken);

    public bool MayChange(SavedView view) => view.IsShared ? MayShare : view.OwnerId == tenant.Actor.UserId;

    /// <summary><c>invalid_view</c> for a bad name or address, <c>too_many_views</c> at the limit.</summary>
    public async Task<Outcome<SavedView>> AddAsync(string? name, ViewedList list, DatasetId? dataset, string query, bool isShared, CancellationToken cancellationToken)
    {
        if (tenant.Actor.UserId is not { } person || (isShared && !MayShare))
        {
            return NotAllowed();
        }

        var trimmed = name?.Trim() ?? "";
        if (Check(trimmed, query) is { } invalid)
        {
            return invalid;
        }

        if (await db.SavedViews.CountAsync(view => view.OwnerId == person, cancellationToken) >= Most)
        {
            return new Conflict("too_many_views", $"You have {Most} views in this workspace, which is as many as there can be. Delete one first.");
        }

        var now = time.GetUtcNow();
        var row = new SavedView
        {
            Workspace = tenant.Required, Id = TypeId.New<SavedViewId>(now), Name = trimmed, List = list, DatasetId = dataset, Query = query, IsShared = isShared,
            OwnerId = person, CreatedAt = now,
        };
        db.SavedViews.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        return row;
    }

    /// <summary>Changes what is given. The view is one that <see cref="FindAsync"/> gave.</summary>
    public async Task<Outcome<SavedView>> ChangeAsync(SavedView view, string? name, string? query, bool? isShared, CancellationToken cancellationToken)
    {
        var trimmed = name?.Trim() ?? view.Name;
        if (!MayChange(view) || ((isShared ?? view.IsShared) && !MayShare))
        {
            return NotAllowed();
        }

        if (isShared == false && view.IsShared && view.OwnerId != tenant.Actor.UserId)
        {
            return new Conflict("not_your_view", "Only who made the view can take it back from the workspace. Delete it, or leave it shared.");
        }

        if (Check(trimmed, query ?? view.Query) is { } invalid)
        {
            return invalid;
        }

        view.Name = trimmed;
        view.Query = query ?? view.Query;
        view.IsShared = isShared ?? view.IsShared;
        await db.SaveChangesAsync(cancellationToken);
        return view;
    }

    public async Task<Outcome<SavedView>> DeleteAsync(SavedView view, CancellationToken cancellationToken)
    {
        if (!MayChange(view))
        {
            return NotAllowed();
        }

        db.SavedViews.Remove(view);
        await db.SaveChangesAsync(cancellationToken);
        return view;
    }

    private IQueryable<SavedView> Visible()
    {
        var person = tenant.Actor.UserId;
        return db.SavedViews.Where(view => view.IsShared || view.OwnerId == person);
    }

    private static Conflict NotAllowed() => new("not_allowed", "Views that the workspace shares are for members who label. Keep it to yourself, or ask for another role.");

    private static Invalid? Check(string name, string query) => (name, query) switch
    {
        ({ Length: 0 or > SavedView.NameLength }, _) => Describe($"A view needs a name of 1 to {SavedView.NameLength} characters.", "/name"),
        (_, { Length: > SavedView.QueryLength }) => Describe("The filter is too long to be saved. Choose fewer values.", "/query"),
        _ => null,
    };

    private static Invalid Describe(string message, string path) => new("invalid_view", message, [new ContentError(message, path)]);
}
