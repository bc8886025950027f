using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>The filter of items as query parameters and as JSON: the same names and values. Pages read it too.</summary>
internal static class ItemFilterParameters
{
    public const string Sections = "section_ids";
    public const string Query = "q";
    public const string Tag = "tag";
    public const string HasOutput = "has_output";
    public const string Linked = "linked";
    public const string Source = "source";

    private static readonly IReadOnlyList<string> Sources = [.. ItemOrigins.All.Select(origin => origin.ToWire())];

    public static IReadOnlyList<QueryParameter> Declared { get; } =
    [
        new(Sections, "Only these sections.", Repeatable: true),
        new(Query, "Words that all have to be in the item; beginnings of words count."),
        new(Tag, "A tag of `context.tags`.", Repeatable: true),
        new(HasOutput, "Whether the item has an output.", Values: ["true", "false"]),
        new(Linked, "Whether the item is connected to the session that it was cloned from.", Values: ["true", "false"]),
        new(Source, "How the item came in.", Repeatable: true, Values: Sources),
    ];

    public static QueryParameter Sort { get; } = new(
        "sort",
        "Order: with a minus downwards. `position` is the order of the dataset, `created` that in which items were made, `input` that of the input's first 64 characters in lower case, `output_length` that of the output's characters; equals go by id. What `q` finds, and old versions, have `position` and `-position` only. `position` when absent.",
        Values: ItemOrder.WireNames);

    /// <summary>The order, which is refused where the list cannot have it.</summary>
    /// <param name="isPositionOnly">Why it can only be that of the dataset, in words; null when it may be any.</param>
    public static ItemOrder ReadOrder(QueryReader query, string? isPositionOnly)
    {
        var order = ItemOrder.Parse(query.OneOf(Sort.Name, ItemOrder.WireNames)) ?? ItemOrder.OfDataset;
        if (isPositionOnly is not null && !order.IsPosition)
        {
            query.Refuse(Sort.Name, isPositionOnly);
            return ItemOrder.OfDataset;
        }

        return order;
    }

    public static ItemFilter Read(QueryReader query) => new()
    {
        Sections = query.Ids<SectionId>(Sections),
        Query = query.Text(Query),
        Tags = query.Texts(Tag),
        HasOutput = query.Flag(HasOutput),
        Linked = query.Flag(Linked),
        Origins = [.. query.AnyOf(Source, Sources).Select(OriginOf).OfType<ItemOrigin>()],
    };

    /// <summary>Which items a request names.</summary>
    public static ItemSelection? Read(SelectionBody body, Limits limits, List<ContentError> errors)
    {
        if ((body.Ids is null) == (body.Filter is null))
        {
            errors.Add(new ContentError("Give either ids or filter ({} for all items).", ""));
            return null;
        }

        if (body.Ids is { } texts)
        {
            if (texts.Count > limits.BulkIds)
            {
                errors.Add(new ContentError($"At most {limits.BulkIds:N0} ids; use a filter.", "/ids"));
            }

            return ItemSelection.Of(Ids<ItemId>(texts, "/ids", errors));
        }

        var filter = body.Filter!;
        foreach (var (i, source) in (filter.Source ?? []).Index())
        {
            if (OriginOf(source) is null)
            {
                errors.Add(new ContentError($"Must be one of {string.Join(", ", Sources)}.", $"/filter/source/{i}"));
            }
        }

        return ItemSelection.Of(new ItemFilter
        {
            Sections = Ids<SectionId>(filter.SectionIds ?? [], "/filter/section_ids", errors),
            Query = filter.Q,
            Tags = filter.Tag ?? [],
            HasOutput = filter.HasOutput,
            Linked = filter.Linked,
            Origins = [.. (filter.Source ?? []).Select(OriginOf).OfType<ItemOrigin>()],
        });
    }

    private static ItemOrigin? OriginOf(string text) => ItemOrigins.TryParse(text, out var origin) ? origin : null;

    private static List<T> Ids<T>(IReadOnlyList<string> texts, string path, List<ContentError> errors)
        where T : struct, ITypeId<T>
    {
        var ids = new List<T>(texts.Count);
        foreach (var (i, text) in texts.Index())
        {
            if (TypeId.TryParse<T>(text, out var id))
            {
                ids.Add(id);
            }
            else
            {
                errors.Add(new ContentError($"Must be an id that starts with {T.Prefix}_.", $"{path}/{i}"));
            }
        }

        return ids;
    }
}
