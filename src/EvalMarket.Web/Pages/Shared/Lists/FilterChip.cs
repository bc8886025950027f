namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>A filter that is on, in words, and the list without it.</summary>
internal sealed record FilterChip(string Name, string Text, string RemoveHref);
