using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Datasets.Explorer;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>One item, beside the list or on its page.</summary>
internal sealed record ShownItem
{
    public required DatasetAddress Address { get; init; }

    public required DatasetRow Dataset { get; init; }

    public required ItemId Id { get; init; }

    /// <summary>Its row, for the page of the list that begins with it; null in old versions.</summary>
    public ListedItem? Listed { get; init; }

    public string? PageHref => Listed is { } listed ? Address.PageOf(listed) : null;

    public required DatasetItem Item { get; init; }

    /// <summary>The item's entity tag.</summary>
    public required string Hash { get; init; }

    /// <summary>How it came in; null where the version does not say.</summary>
    public ItemOrigin? Origin { get; init; }

    public required string SectionName { get; init; }

    public ItemId? Previous { get; init; }

    public ItemId? Next { get; init; }

    /// <summary>The session that it comes from; null without one, or when it is gone.</summary>
    public SessionRow? Session { get; init; }

    public bool MayEdit { get; init; }

    public bool IsInPeek { get; init; }

    /// <summary>The form that is open; null where the item is read.</summary>
    public ItemForm? Form { get; init; }

    /// <summary>What somebody else saved meanwhile; null when nobody did.</summary>
    public ItemConflict? Conflict { get; init; }

    /// <summary>Where the form is sent.</summary>
    public string Action => Address.Item(Id.Value, [.. IsInPeek ? [KeyValuePair.Create("in", "peek")] : Array.Empty<KeyValuePair<string, string>>(), KeyValuePair.Create("handler", "save")]);

    /// <summary>The item as it is, in the same place.</summary>
    public string Here => IsInPeek ? Address.Beside(Id.Value) : Address.Item(Id.Value);

    /// <summary>The form, in the same place.</summary>
    public string Edit => Address.Item(Id.Value, KeyValuePair.Create("edit", "true"));

    /// <summary>Members that only some systems have, and that are kept as they came.</summary>
    public IEnumerable<JsonPart> Others
    {
        get
        {
            if (Item.Choices is { } choices)
            {
                yield return new JsonPart("Choices", choices);
            }

            if (Item.Answer is { } answer)
            {
                yield return new JsonPart("Answer", answer);
            }

            if (Item.Criteria is { } criteria)
            {
                yield return new JsonPart("Criteria", criteria);
            }
        }
    }
}

/// <summary>Two people changed the same item.</summary>
/// <param name="Theirs">The item as it is now, as a form.</param>
/// <param name="Change">The version that has it; null when it is not known any more.</param>
internal sealed record ItemConflict(ItemForm Theirs, DatasetVersionRow? Change)
{
    /// <summary>The fields in which the two say something else.</summary>
    public IEnumerable<(string Label, string? Theirs, string? Mine)> Differences(ItemForm mine)
    {
        IEnumerable<(string, string?, string?)> all =
        [
            ("Human message", Theirs.Input, mine.Input),
            ("AI response", Theirs.Output, mine.Output),
            ("History", Theirs.History, mine.History),
            .. ItemForm.Objects.Select(part => (part.Label, Theirs.TextOf(part.Field), mine.TextOf(part.Field))),
        ];
        return all.Where(pair => ItemForm.Clean(pair.Item2) != ItemForm.Clean(pair.Item3));
    }
}
