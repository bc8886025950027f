using EvalMarket.Web.Infrastructure.Problems;

namespace EvalMarket.Web.Infrastructure.Requests;

/// <summary>Refuses query parameters that the endpoint does not declare: a misspelt filter must not give everything.</summary>
internal sealed class KnownParametersFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var declared = http.GetEndpoint()!.Metadata.GetOrderedMetadata<QueryParametersMetadata>().SelectMany(metadata => metadata.Parameters)
            .Append(QueryParameter.Workspace).Select(parameter => parameter.Name).ToList();
        var unknown = http.Request.Query.Keys.Where(name => !declared.Contains(name, StringComparer.Ordinal)).ToList();
        if (unknown.Count == 0)
            return await next(context);

        var allowed = string.Join(", ", declared);
        return Problem.BadRequest("unknown_parameter", $"There is no parameter {string.Join(", ", unknown.Select(name => $"'{name}'"))} here. Known: {allowed}.")
            with { Errors = [.. unknown.Select(name => new ProblemError($"Unknown parameter. Known: {allowed}.", Parameter: name))] };
    }
}
