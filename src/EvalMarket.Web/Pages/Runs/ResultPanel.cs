using System.Text.Json;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Packages;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Runs;

/// <summary>A result as it is shown: expected and actual side by side, with the way to the item and to its conversation.</summary>
/// <param name="IsWhole">Else long texts are cut.</param>
internal sealed record ResultPanel(string Workspace, RunView Run, RunItemView View, bool IsWhole)
{
    private const int ShownCharacters = 1_200;

    public string Href => Addresses.RunItem(Workspace, Run.Row.Id.Value, View.Result.Row.ItemId.Value);

    public string Title => View.Item is { } item ? SessionIndexing.OneLine(item.Input, 160) : View.Result.Row.ItemId.Value;

    public string Section => Run.Document.Sections[View.Result.Row.Section].Name;

    public string? SourceHref => View.Item?.Source is { } source ? Addresses.Session(Workspace, source.SessionId.Value) : null;

    public string Cut(string text) =>
        IsWhole || text.Length <= ShownCharacters ? text : text[..(char.IsHighSurrogate(text[ShownCharacters - 1]) ? ShownCharacters - 1 : ShownCharacters)] + "…";

    public static string Pretty(JsonElement json) => System.Text.Encoding.UTF8.GetString(PackageLayout.Json(json)).TrimEnd();
}
