using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Annotation;

/// <summary>What became of an import into a queue.</summary>
/// <param name="Added">Sessions that are new in the queue.</param>
/// <param name="AlreadyThere">Sessions that it had.</param>
/// <param name="NotFound">Ids of no session of the workspace.</param>
/// <param name="NotLinked">Items of a dataset that lead to no session.</param>
public sealed record QueueImportResult(long Added, long AlreadyThere, QueueRefusal NotFound, QueueRefusal NotLinked)
{
    /// <summary>The number of the import, by which it can be taken back; null when nothing was added.</summary>
    public long? Import { get; init; }

    public const string WhyNotFound = "There is no such session in this workspace.";

    public const string WhyNotLinked = "These items are not linked to a session: they were written by hand, came from a file, or were changed after they had been cloned.";

    public static QueueImportResult Of(long added, long alreadyThere, long notFound, long notLinked) =>
        new(added, alreadyThere, new QueueRefusal(notFound, WhyNotFound), new QueueRefusal(notLinked, WhyNotLinked));
}

/// <summary>What was not taken in, and why.</summary>
public sealed record QueueRefusal(long Count, string Reason);

/// <summary>A dataset whose items' sessions go into a queue.</summary>
/// <param name="Sections">Only these; empty for all.</param>
public sealed record QueueSource(DatasetId Dataset, IReadOnlyList<SectionId> Sections);

/// <summary>What became of taking an import back.</summary>
/// <param name="Removed">Sessions that are out of the queue.</param>
/// <param name="Kept">Sessions that stay because somebody has said something of them.</param>
public sealed record QueueImportUndo(long Removed, long Kept);
