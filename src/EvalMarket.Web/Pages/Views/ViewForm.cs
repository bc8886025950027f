namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The form that names a view.</summary>
/// <param name="Action">Where it is posted to.</param>
internal sealed record ViewForm(string Action, string Name, bool IsShared, bool MayShare, string Button);
