namespace EvalMarket.Core.Sessions.Labels;

/// <summary>Under which number a change is recorded, when, and in whose name.</summary>
internal readonly record struct LabelMoment(long Sequence, DateTimeOffset At, string By);
