namespace EvalMarket.Core.Sessions.Labels;

/// <summary>The eval fields that a change touched in a session. The numbers are stored.</summary>
[Flags]
public enum LabelFields
{
    None = 0,
    EvalReady = 1,
    Status = 2,
    Notes = 4,
    Tags = 8,
    ExpectedOutput = 16,
}
