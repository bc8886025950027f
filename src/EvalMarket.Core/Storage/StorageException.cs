using System.Diagnostics.CodeAnalysis;

namespace EvalMarket.Core.Storage;

/// <summary>The storage could not do what it was asked; nothing was acknowledged. The message says what a person can do.</summary>
[SuppressMessage("Design", "RCS1194:Implement exception constructors", Justification = "Every failure says what kind it is.")]
public sealed class StorageException : IOException
{
    public StorageException(StorageFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>What kind of trouble it is.</summary>
    public StorageFailure Failure { get; }
}
