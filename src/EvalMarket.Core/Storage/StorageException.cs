namespace EvalMarket.Core.Storage;

/// <summary>The storage could not do what it was asked; nothing was acknowledged. The message says what a person can do.</summary>
public sealed class StorageException : IOException
{
    public StorageException(StorageFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    public StorageFailure Failure { get; }
}
