namespace EvalMarket.Core.Workspaces;

/// <summary>The lists that can be saved as views.</summary>
public enum ViewedList
{
    Sessions,
    Evals,
    Datasets,

    /// <summary>The items of one dataset.</summary>
    Items,
}
