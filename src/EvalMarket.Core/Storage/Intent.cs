using System.Text.Json;

namespace EvalMarket.Core.Storage;

/// <summary>
/// The mark of a change under way, durable from before its first write until after its commit, so that whatever a crash left can be rolled forward or back.
/// A file <c>w/{workspace}/intents/{id}.json</c>.
/// </summary>
public sealed record Intent
{
    /// <summary>A UUIDv7 in 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The folder name of the workspace under <c>w/</c>.</summary>
    public required string Workspace { get; init; }

    /// <summary>Which <see cref="IIntentRecovery"/> knows what to do with it, <c>sessions.import</c> for example.</summary>
    public required string Kind { get; init; }

    /// <summary>Which process makes the change.</summary>
    public required string Instance { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Until when nobody else may touch the change; renewed by long ones.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }

    /// <summary>Everything that the change writes, and every chunk that it relies on and that no committed row reaches yet: these are alive for the garbage collector.</summary>
    public required IReadOnlyList<IntentWrite> Writes { get; init; }

    /// <summary>Whatever else the handler of this kind wants to know.</summary>
    public JsonElement? Details { get; init; }
}

/// <summary>One blob that a change writes.</summary>
/// <param name="Path">Where.</param>
/// <param name="Subject">The id of the row that is the commit point, <c>ses_…</c> for example; null for a chunk.</param>
/// <param name="Version">The version that the row has once the change is committed.</param>
/// <param name="Hash">The document hash that the row has once the change is committed.</param>
public sealed record IntentWrite(BlobPath Path, string? Subject = null, int? Version = null, string? Hash = null);
