namespace EvalMarket.Core.Market;

/// <summary>As much as is allowed within a time was done already.</summary>
/// <param name="RetryAfter">Until there is room again.</param>
public sealed record QuotaReached(string Message, TimeSpan RetryAfter) : Failure("quota_reached", Message);
