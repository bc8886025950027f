using System.Text.Json;
using Microsoft.AspNetCore.Html;

namespace EvalMarket.Web.Pages.Sessions;

internal enum DiffKind
{
    Same,
    Added,
    Removed,
}

/// <summary>A line of a change.</summary>
/// <param name="Kind">What happened to it.</param>
/// <param name="Text">With its sign.</param>
internal readonly record struct DiffLine(DiffKind Kind, string Text);

/// <summary>
/// The change that a tool call makes to files, where the call says it: an old and a new text (Claude Code's Edit and MultiEdit and the many that
/// do as it does), or a patch (Codex' apply_patch, unified diffs).
/// </summary>
internal static class ToolDiff
{
    private const int MostLines = 400;
    private const int Context = 2;
    private const string PatchBegin = "*** Begin Patch";

    /// <summary>Null when the call says no change, or one that is too long to be read so.</summary>
    public static IReadOnlyList<DiffLine>? Of(JsonElement? input)
    {
        if (input is not { } json)
        {
            return null;
        }

        var lines = json.ValueKind switch
        {
            JsonValueKind.Object when OfEdit(json) is { } edit => edit,
            JsonValueKind.Object when json.TryGetProperty("edits", out var edits) && edits.ValueKind == JsonValueKind.Array =>
                [.. edits.EnumerateArray().SelectMany(one => one.ValueKind == JsonValueKind.Object ? OfEdit(one) ?? [] : [])],
            JsonValueKind.Object => json.EnumerateObject().Select(property => OfPatch(property.Value)).FirstOrDefault(patch => patch is not null),
            _ => OfPatch(json),
        };
        return lines is { Count: > 0 and <= MostLines } ? lines : null;
    }

    /// <summary>For a <c>pre</c>: added and removed lines are blocks, so no line ends stand beside them.</summary>
    public static IHtmlContent Html(IReadOnlyList<DiffLine> lines)
    {
        var html = new HtmlContentBuilder();
        foreach (var (index, line) in lines.Index())
        {
            var isBeforeBlock = index + 1 == lines.Count || lines[index + 1].Kind != DiffKind.Same;
            _ = line.Kind switch
            {
                DiffKind.Added => html.AppendHtml("<ins>").Append(line.Text).AppendHtml("</ins>"),
                DiffKind.Removed => html.AppendHtml("<del>").Append(line.Text).AppendHtml("</del>"),
                _ => html.Append(line.Text).AppendHtml(isBeforeBlock ? "" : "\n"),
            };
        }

        return html;
    }

    private static List<DiffLine>? OfEdit(JsonElement json) =>
        TextOf(json, "old_string") is { } before && TextOf(json, "new_string") is { } after ? Between(before.Split('\n'), after.Split('\n')) : null;

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>What both begin and end with stays out, but for a line or two.</summary>
    private static List<DiffLine> Between(string[] before, string[] after)
    {
        var shortest = Math.Min(before.Length, after.Length);
        var head = 0;
        while (head < shortest && before[head] == after[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < shortest - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
        }

        return
        [
            .. before[Math.Max(0, head - Context)..head].Select(line => new DiffLine(DiffKind.Same, " " + line)),
            .. before[head..^tail].Select(line => new DiffLine(DiffKind.Removed, "-" + line)),
            .. after[head..^tail].Select(line => new DiffLine(DiffKind.Added, "+" + line)),
            .. after[^tail..].Take(Context).Select(line => new DiffLine(DiffKind.Same, " " + line)),
        ];
    }

    private static List<DiffLine>? OfPatch(JsonElement json)
    {
        var text = json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Array => json.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null)
                .FirstOrDefault(item => item?.Contains(PatchBegin, StringComparison.Ordinal) == true),
            _ => null,
        };
        var isPatch = text is not null && (text.TrimStart().StartsWith(PatchBegin, StringComparison.Ordinal)
            || (text.StartsWith("--- ", StringComparison.Ordinal) && text.Contains("\n+++ ", StringComparison.Ordinal)));
        return isPatch ? [.. text!.Trim().Split('\n').Select(PatchLine)] : null;
    }

    private static DiffLine PatchLine(string line) => line switch
    {
        ['+', '+', '+', ' ', ..] or ['-', '-', '-', ' ', ..] => new DiffLine(DiffKind.Same, line),
        ['+', ..] => new DiffLine(DiffKind.Added, line),
        ['-', ..] => new DiffLine(DiffKind.Removed, line),
        _ => new DiffLine(DiffKind.Same, line),
    };
}
