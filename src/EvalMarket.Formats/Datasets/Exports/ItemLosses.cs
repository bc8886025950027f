namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>Parts of an item that a format may have no place for.</summary>
[Flags]
internal enum ItemParts
{
    None = 0,
    History = 1,
    Summaries = 2,
    Context = 4,
    ParticipantData = 8,
    SessionState = 16,
    Assets = 32,
    Source = 64,
    Metadata = 128,

    /// <summary>Type, choices, answer and criteria.</summary>
    Question = 256,
    Section = 512,

    /// <summary>What most formats keep in their metadata.</summary>
    AllButHistory = Context | ParticipantData | SessionState | Assets | Source | Metadata | Question,
}

/// <summary>The words in which losses are reported.</summary>
internal static class ItemLosses
{
    public const string NoOutput = "Items without an output are left out.";

    /// <summary>Those of the parts that the item has.</summary>
    public static IEnumerable<string> Of(DatasetItem item, ItemParts parts)
    {
        if (parts.HasFlag(ItemParts.History) && item.History.Count > 0)
        {
            yield return "The history is left out.";
        }

        if (parts.HasFlag(ItemParts.Summaries) && item.History.Any(message => message.Summary is not null))
        {
            yield return "Summaries of history messages are left out.";
        }

        if (parts.HasFlag(ItemParts.Context) && !JsonObjects.IsEmpty(item.Context))
        {
            yield return "The context is left out.";
        }

        if (parts.HasFlag(ItemParts.ParticipantData) && !JsonObjects.IsEmpty(item.ParticipantData))
        {
            yield return "Participant data is left out.";
        }

        if (parts.HasFlag(ItemParts.SessionState) && !JsonObjects.IsEmpty(item.SessionState))
        {
            yield return "The session state is left out.";
        }

        if (parts.HasFlag(ItemParts.Assets) && item.Assets.Count > 0)
        {
            yield return "Files (assets) are not in the export.";
        }

        if (parts.HasFlag(ItemParts.Source) && item.Source is not null)
        {
            yield return "The link to the conversation is left out.";
        }

        if (parts.HasFlag(ItemParts.Metadata) && !JsonObjects.IsEmpty(item.Metadata))
        {
            yield return "Metadata is left out.";
        }

        if (parts.HasFlag(ItemParts.Question) && (item.Type is not null || item.Choices is not null || item.Answer is not null || item.Criteria is not null))
        {
            yield return "Type, choices, answer and criteria are left out.";
        }

        if (parts.HasFlag(ItemParts.Section))
        {
            yield return "The section is left out.";
        }
    }
}
