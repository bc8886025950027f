namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>
/// An endpoint that everybody may look at, and that shows more to whoever has a workspace: the one of the key, the one in <c>?workspace=</c>, or the only one that a person has.
/// What it shows across workspaces is its service's business, not the tenant filter's.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PublicPlaceAttribute : Attribute;
