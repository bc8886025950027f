using EvalMarket.Formats.Ids;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>What a row says about an item: all of a new one, or what changes in one that is there. What the file has no column for is null.</summary>
public sealed record CsvRowPatch
{
    /// <summary>The item that the row updates or creates with this id; null for a new one.</summary>
    public ItemId? Id { get; init; }

    /// <summary>Name of the section that the row puts the item in; null when the cell is empty, or there is no such column.</summary>
    public string? Section { get; init; }

    /// <summary>Not empty. Null when the file has no such column: then the row can only update.</summary>
    public string? Input { get; init; }

    public string? Output { get; init; }

    public IReadOnlyList<HistoryMessage>? History { get; init; }

    /// <summary>Messages that an automatic history left out, because it would have been too long.</summary>
    public int HistoryOmitted { get; init; }

    public CsvObjectPatch Context { get; init; } = CsvObjectPatch.None;

    public CsvObjectPatch ParticipantData { get; init; } = CsvObjectPatch.None;

    public CsvObjectPatch SessionState { get; init; } = CsvObjectPatch.None;

    /// <summary>Characters that are no text (U+0000, lone surrogates) and were replaced by U+FFFD.</summary>
    public int ReplacedCharacters { get; init; }

    /// <summary>A new item.</summary>
    /// <exception cref="InvalidOperationException">The row has no <see cref="Input"/>.</exception>
    public DatasetItem Create() => WithOmitted(new DatasetItem
    {
        Id = Id,
        Input = Input ?? throw new InvalidOperationException("A row without a human message cannot make an item."),
        Output = Output ?? "",
        History = History ?? [],
        Context = Context.Own,
        ParticipantData = ParticipantData.Own,
        SessionState = SessionState.Own,
    });

    /// <summary>The item with the row's columns in it. Its link to a conversation is gone when the content has changed.</summary>
    public DatasetItem Apply(DatasetItem existing)
    {
        var changed = WithOmitted(existing with
        {
            Input = Input ?? existing.Input,
            Output = Output ?? existing.Output,
            History = History ?? existing.History,
            Context = Context.Apply(existing.Context),
            ParticipantData = ParticipantData.Apply(existing.ParticipantData),
            SessionState = SessionState.Apply(existing.SessionState),
        });
        return ItemContent.AreEqual(existing, changed) ? existing : changed with { Source = null };
    }

    private DatasetItem WithOmitted(DatasetItem item)
    {
        if (History is null)
        {
            return item;
        }

        var metadata = new ObjectTree(item.Metadata);
        metadata.Remove([OmittedKey], keepObject: false);
        if (HistoryOmitted > 0)
        {
            metadata.Set([OmittedKey], System.Text.Json.JsonElement.Parse($"{HistoryOmitted}"));
        }

        return item with { Metadata = metadata.ToElement() };
    }

    private const string OmittedKey = "history_omitted";
}
