namespace EvalMarket.Core.Data;

/// <summary>A row that belongs to one workspace: the tenant filter and the write interceptor apply to it.</summary>
public interface IWorkspaceOwned
{
    string Workspace { get; }
}
