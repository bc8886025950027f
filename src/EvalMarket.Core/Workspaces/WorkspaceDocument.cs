using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Workspaces;

/// <summary>The file that says that a folder is a workspace: <c>w/{slug}/workspace.json</c>.</summary>
public sealed record WorkspaceDocument(string Slug, string Name, DateTimeOffset CreatedAt, bool IsSample)
{
    public static BlobPath PathOf(string slug) => BlobPath.Parse($"w/{slug}/workspace.json");

    public static WorkspaceDocument Of(Workspace row) => new(row.Slug, row.Name, row.CreatedAt, row.IsSample);

    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, WorkspaceDocumentJson.Default.WorkspaceDocument);

    /// <summary>Reads the file.</summary>
    /// <exception cref="JsonException">The file is not what it should be.</exception>
    public static WorkspaceDocument Parse(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, WorkspaceDocumentJson.Default.WorkspaceDocument)
        ?? throw new JsonException("The workspace document is null.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(WorkspaceDocument))]
internal sealed partial class WorkspaceDocumentJson : JsonSerializerContext;
