using System.Diagnostics.CodeAnalysis;
using EvalMarket.Formats;

namespace EvalMarket.Core;

/// <summary>Why something that a person or program asked for was not done. Expected, so a value and not an exception.</summary>
/// <param name="Code">Stable, snake_case; programs rely on it.</param>
/// <param name="Message">Cause and way out, in a sentence.</param>
public abstract record Failure(string Code, string Message);

/// <summary>It does not exist, or is not yours, which is the same.</summary>
public sealed record NotFound() : Failure("not_found", "There is nothing here, or it is not yours.");

/// <summary>The role or the key does not allow it.</summary>
public sealed record Forbidden(string Message) : Failure("forbidden", Message);

/// <summary>What was asked for cannot be asked for: a parameter names something that does not belong here.</summary>
/// <param name="Parameter">Its name.</param>
public sealed record WrongParameter(string Code, string Message, string Parameter) : Failure(Code, Message);

/// <summary>It contradicts what is there.</summary>
public sealed record Conflict(string Code, string Message) : Failure(Code, Message);

/// <summary>The content is wrong; every error is listed with its place.</summary>
public sealed record Invalid(string Code, string Message, IReadOnlyList<ContentError> Errors) : Failure(Code, Message);

/// <summary>It is larger than a limit allows.</summary>
public sealed record TooLarge(string Limit, long Allowed, long? Sent)
    : Failure("too_large", $"This is larger than {Limit} allows ({Allowed:N0}{(Sent is { } sent ? $", sent {sent:N0}" : "")}).");

/// <summary>Either the value or the reason why there is none.</summary>
public readonly struct Outcome<T>
    where T : notnull
{
    private readonly T? value;

    private Outcome(T? value, Failure? failure)
    {
        this.value = value;
        Failure = failure;
    }

    public Failure? Failure { get; }

    public bool Succeeded([NotNullWhen(true)] out T? result, [NotNullWhen(false)] out Failure? failure)
    {
        result = value;
        failure = Failure;
        return failure is null;
    }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Failure failure) => new(default, failure);
}
