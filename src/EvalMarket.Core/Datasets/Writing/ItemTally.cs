using EvalMarket.Formats;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>Counts what becomes of a stream of items, and collects what is wrong with it.</summary>
internal sealed class ItemTally
{
    /// <summary>Errors that are listed; all are counted.</summary>
    private const int MostErrors = 1_000;

    private readonly List<ItemId> ids = [];
    private readonly List<ContentError> errors = [];
    private readonly HashSet<UInt128> given = [];
    private long errorCount;

    public long Created { get; set; }

    public long Updated { get; set; }

    public long Unchanged { get; set; }

    public long Duplicates { get; set; }

    public long Read { get; set; }

    /// <summary>Items that were to be changed and that somebody else changed or deleted meanwhile.</summary>
    public HashSet<ItemId> Conflicts { get; } = [];

    public bool HasErrors => errorCount > 0;

    public void Add(ItemId id)
    {
        if (ids.Count < ItemWriteResult.MostIds)
        {
            ids.Add(id);
        }
    }

    /// <summary>Notes that an item, counted as changed, is left as it is.</summary>
    public void AddConflict(ItemId id)
    {
        Conflicts.Add(id);
        Updated--;
    }

    /// <summary>Notes an item's errors, and an id that came before. False when it must not be written.</summary>
    public bool Check(ItemWrite write)
    {
        Read++;
        foreach (var error in write.Errors)
        {
            Add(error);
        }

        if (write.Item?.Id is { } id && !given.Add(TypeId.BitsOf(id)))
        {
            Add(ItemMerge.ErrorOf(write, "id", $"The id {id} came before in this request."));
            return false;
        }

        return write.Errors.Count == 0;
    }

    public void Add(ContentError error)
    {
        errorCount++;
        if (errors.Count < MostErrors)
        {
            errors.Add(error);
        }
    }

    public Invalid ToFailure() => new("invalid_items", errorCount == 1
        ? $"{(errors[0].Line is { } line ? $"line {line}: " : "")}{(errors[0].Path is { Length: > 0 } path ? $"{path} " : "")}{errors[0].Message}"
        : $"{errorCount:N0} errors{(errorCount > errors.Count ? $", of which the first {errors.Count:N0} are listed" : "")}. Nothing was written.", errors);

    public ItemWriteResult ToResult(int version) => new()
    {
        Created = Created,
        Updated = Updated,
        Unchanged = Unchanged,
        Duplicates = Duplicates,
        Ids = ids,
        Conflicts = [.. Conflicts.Take(ItemWriteResult.MostIds)],
        Version = version,
    };

    public static string Describe(ItemWriteResult result) => (result.Created, result.Updated) switch
    {
        (var created, 0) => $"{Count(created)} added",
        (0, var updated) => $"{Count(updated)} changed",
        var (created, updated) => $"{Count(created)} added, {updated:N0} changed",
    };

    public static string Count(long items) => items == 1 ? "1 item" : $"{items:N0} items";
}
