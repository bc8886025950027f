using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Annotation;

/// <summary>Where the files of queues lie.</summary>
internal static class QueueFiles
{
    public static BlobPath Root(string workspace) => BlobPath.Parse($"w/{workspace}/queues");

    /// <summary>The folder of a queue: its document, and its log within.</summary>
    public static BlobPath FolderOf(string workspace, QueueId id) => Root(workspace) / id.Value;

    public static BlobPath LogOf(string workspace, QueueId id) => FolderOf(workspace, id) / "log";
}
