namespace EvalMarket.Core.Sessions.Labels;

/// <summary>What a change of labels did.</summary>
/// <param name="Sessions">How many sessions are different now.</param>
/// <param name="Change">Its number, to look at it or to take it back; null when nothing is different.</param>
public sealed record LabelResult(int Sessions, long? Change);

/// <summary>What taking a change back did.</summary>
/// <param name="Restored">Sessions that are again what they were before it.</param>
/// <param name="Kept">Sessions that somebody else has changed since: they stay as they are.</param>
/// <param name="Change">The number of the undo, which can be taken back as well; null when nothing is different.</param>
public sealed record LabelUndo(int Restored, int Kept, long? Change);
