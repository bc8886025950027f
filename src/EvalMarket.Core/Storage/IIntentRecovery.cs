namespace EvalMarket.Core.Storage;

/// <summary>Knows how to finish or undo the changes of one kind that a crash left behind.</summary>
public interface IIntentRecovery
{
    /// <summary>The <see cref="Intent.Kind"/> that it handles.</summary>
    string Kind { get; }

    /// <summary>
    /// For each write that names a subject: takes the lock of that row, looks whether the row has this (version, hash), and keeps the document if so, deletes it otherwise.
    /// Chunks may stay: the garbage collector finds them. May be called twice for one intent, and for one that was committed.
    /// When it returns, the intent is deleted; when it throws, the intent stays for the next time and the failure is reported.
    /// </summary>
    Task RecoverAsync(Intent intent, CancellationToken cancellationToken);
}
