namespace EvalMarket.Core.Sessions.Labels;

/// <summary>Under which number a change is recorded, in which revision of the workspace, when, and in whose name.</summary>
internal readonly record struct LabelMoment(long Sequence, long Revision, DateTimeOffset At, string By);
