namespace EvalMarket.Web.Infrastructure.Requests;

/// <summary>A query parameter of an endpoint, as the documentation shows it. Names that no parameter of the endpoint has are refused.</summary>
/// <param name="Values">The words it may be, where they are listed.</param>
public sealed record QueryParameter(string Name, string Description, bool Repeatable = false, IReadOnlyList<string>? Values = null)
{
    /// <summary>What every endpoint in a workspace takes, for signed-in browsers.</summary>
    public static QueryParameter Workspace { get; } =
        new("workspace", "Slug of the workspace, for signed-in browsers where the address does not say it. A key knows its own.");

    public static QueryParameter Limit { get; } = new("limit", "How many at most, 1 to 1000; 50 when absent.");

    public static QueryParameter Cursor { get; } = new("cursor", "`next_cursor` of the page before.");
}

/// <summary>Metadata: the parameters of an endpoint.</summary>
public sealed record QueryParametersMetadata(IReadOnlyList<QueryParameter> Parameters);

/// <summary>Declares them.</summary>
public static class QueryParameterConventions
{
    public static TBuilder WithQuery<TBuilder>(this TBuilder endpoint, params IReadOnlyList<QueryParameter> parameters)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new QueryParametersMetadata(parameters));
}
