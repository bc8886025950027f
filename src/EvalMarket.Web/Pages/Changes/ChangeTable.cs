using EvalMarket.Core.Sessions.Labels;

namespace EvalMarket.Web.Pages.Changes;

/// <summary>Changes of labels as a table.</summary>
internal sealed record ChangeTable(string Workspace, IReadOnlyList<LabelChangeOverview> Changes, bool MayLabel);
