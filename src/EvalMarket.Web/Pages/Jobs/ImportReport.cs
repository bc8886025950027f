using System.Text.Json;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Jobs;

/// <summary>What an import did, in words.</summary>
internal static class ImportReport
{
    /// <summary>How the answers and errors of imports are written.</summary>
    public static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The result that an import job keeps.</summary>
    public static SessionImportResult? Read(string json) => JsonSerializer.Deserialize<SessionImportResult>(json, Wire);

    /// <summary>"3 new, 1 updated, 2 unchanged, 4 errors".</summary>
    public static string Words(SessionImportResult result)
    {
        var parts = new[]
        {
            result.Created == 0 ? null : $"{Display.Count(result.Created, "session")} new",
            result.Updated == 0 ? null : $"{Display.Number(result.Updated)} updated",
            result.Unchanged == 0 ? null : $"{Display.Number(result.Unchanged)} unchanged",
            result.ErrorCount == 0 ? null : Display.Count(result.ErrorCount, "error"),
        };
        var words = string.Join(", ", parts.OfType<string>());
        return words.Length == 0 ? "no sessions in it" : words;
    }
}
