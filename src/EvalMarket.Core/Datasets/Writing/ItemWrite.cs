using System.Runtime.InteropServices;
using System.Text.Json;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>One item to be written: what becomes of it depends on whether its id is in the dataset.</summary>
public sealed record ItemWrite
{
    /// <summary>
    /// The content. With an id that the dataset has it takes the place of that item (unless there is a <see cref="Patch"/>); with another id it is created under it;
    /// without one it gets one. Null only where there are <see cref="Errors"/>.
    /// </summary>
    public DatasetItem? Item { get; init; }

    /// <summary>How the item that is there becomes another one, where its id is in the dataset: a CSV file touches only its own columns. Null to replace it by <see cref="Item"/>.</summary>
    public Func<DatasetItem, DatasetItem>? Patch { get; init; }

    /// <summary>Where a new item goes; null for the section of the request, or the first one. An item that is there stays where it is.</summary>
    public SectionId? Section { get; init; }

    /// <summary>The same by name; a section of this name is made when there is none, and an item that is there is moved to it.</summary>
    public string? SectionName { get; init; }

    /// <summary>How it comes in.</summary>
    public required ItemOrigin Origin { get; init; }

    /// <summary>Leaves out an item whose source messages another item of the dataset is connected to, and counts it.</summary>
    public bool SkipsKnownSource { get; init; }

    /// <summary>What is wrong with it: with a single error nothing at all is written.</summary>
    public IReadOnlyList<ContentError> Errors { get; init; } = [];

    /// <summary>Line of the file, for errors that are found here.</summary>
    public long? Line { get; init; }

    /// <summary>JSON pointer in the body, for errors that are found here.</summary>
    public string? Path { get; init; }

    /// <summary>About how many characters it holds in memory.</summary>
    internal long Characters => Item is { } item
        ? item.Input.Length + item.Output.Length + item.History.Sum(message => (long)message.Content.Length)
            + LengthOf(item.Context) + LengthOf(item.ParticipantData) + LengthOf(item.SessionState) + LengthOf(item.Metadata)
        : 0;

    private static long LengthOf(JsonElement json) => JsonMarshal.GetRawUtf8Value(json).Length;
}

/// <summary>How a stream of items is written.</summary>
public sealed record ItemWriteOptions
{
    /// <summary>Where new items go that say nothing else; null for the first section.</summary>
    public SectionId? Section { get; init; }

    /// <summary>
    /// The items come from somewhere else than the database of this scope: a long stream is then read on while chunks of it are written. Where the stream asks the scope's
    /// database this must not be set.
    /// </summary>
    public bool IsReadElsewhere { get; init; }

    /// <summary>One line for the version, from what became of the items; null for "3 items added".</summary>
    public Func<ItemWriteResult, string>? Summary { get; init; }

    /// <summary>Hears how many items have been read.</summary>
    public Func<long, CancellationToken, Task>? Progress { get; init; }

    /// <summary>Runs in the transaction, right before its commit: a job saves there that it is done.</summary>
    public Func<ItemWriteResult, CancellationToken, Task>? Alongside { get; init; }
}

/// <summary>What became of the items.</summary>
public sealed record ItemWriteResult
{
    /// <summary>Ids that an answer names.</summary>
    public const int MostIds = 10_000;

    public long Created { get; init; }

    public long Updated { get; init; }

    public long Unchanged { get; init; }

    /// <summary>Left out for their source, see <see cref="ItemWrite.SkipsKnownSource"/>.</summary>
    public long Duplicates { get; init; }

    /// <summary>The first 10,000 ids, in the order of the items; of unchanged ones too.</summary>
    public IReadOnlyList<ItemId> Ids { get; init; } = [];

    /// <summary>The first 10,000 ids of items that were to be changed and are left as they are: somebody else changed or deleted them while a long stream was read.</summary>
    public IReadOnlyList<ItemId> Conflicts { get; init; } = [];

    /// <summary>The dataset's version now; the one before when nothing changed.</summary>
    public int Version { get; init; }
}
