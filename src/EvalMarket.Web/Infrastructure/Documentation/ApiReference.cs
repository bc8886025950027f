using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Patterns;

namespace EvalMarket.Web.Infrastructure.Documentation;

/// <summary>All endpoints of the API as they are mapped: what the documentation page shows, so that it is never out of date.</summary>
internal sealed class ApiReference(EndpointDataSource endpoints)
{
    private const string Prefix = "/api/";

    public IReadOnlyList<ApiSection> Sections() =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => Path(endpoint).StartsWith(Prefix, StringComparison.Ordinal))
            .SelectMany(Operations)
            .GroupBy(operation => operation.Tag)
            .Select(group => new ApiSection(group.Key, [.. group])),
    ];

    private static string Path(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText?.TrimStart('/');

    private static IEnumerable<ApiOperation> Operations(RouteEndpoint endpoint)
    {
        var metadata = endpoint.Metadata;
        var permission = metadata.GetMetadata<RequirePermissionAttribute>()?.Permission;
        var path = string.Concat(endpoint.RoutePattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(Part))));
        foreach (var method in metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
        {
            yield return new ApiOperation(
                method,
                path,
                metadata.GetMetadata<ITagsMetadata>()?.Tags is [var tag, ..] ? tag : "Other",
                metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? $"{method} {path}",
                metadata.GetMetadata<IEndpointDescriptionMetadata>()?.Description,
                permission is { } needed ? Permissions.ScopeFor(needed) : null,
                [.. metadata.GetOrderedMetadata<QueryParametersMetadata>().SelectMany(query => query.Parameters)],
                metadata.GetMetadata<CurlExampleMetadata>()?.Arguments);
        }
    }

    private static string Part(RoutePatternPart part) => part switch
    {
        RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        _ => "",
    };
}

/// <summary>The endpoints of one subject.</summary>
public sealed record ApiSection(string Name, IReadOnlyList<ApiOperation> Operations);

/// <summary>One method of one path.</summary>
/// <param name="Scope">What a key needs; null where no sign-in is needed.</param>
/// <param name="CurlArguments">Hand-written rest of the curl line, after the address.</param>
public sealed record ApiOperation(
    string Method,
    string Path,
    string Tag,
    string Summary,
    string? Description,
    string? Scope,
    IReadOnlyList<QueryParameter> Parameters,
    string? CurlArguments)
{
    private bool HasBody => Method is "POST" or "PUT" or "PATCH";

    /// <summary>A line that works when the key, and ids in braces, are filled in.</summary>
    public string Curl(string origin)
    {
        var parts = new List<string> { "curl" };
        if (Method != "GET" && !(Method == "POST" && CurlArguments is not null))
            parts.Add($"-X {Method}");
        if (Scope is not null)
            parts.Add("-H \"Authorization: Bearer $EVALMARKET_KEY\"");
        parts.Add($"'{origin}{Path}'");
        if (CurlArguments is not null)
            parts.Add(CurlArguments);
        else if (HasBody)
            parts.Add("--json @body.json");
        return string.Join(' ', parts);
    }
}

/// <summary>Metadata: the rest of the endpoint's curl line.</summary>
public sealed record CurlExampleMetadata(string Arguments);

public static class CurlExampleConventions
{
    /// <summary>For the documentation: <c>.WithCurl("-F file=@session.jsonl")</c>.</summary>
    public static TBuilder WithCurl<TBuilder>(this TBuilder endpoint, string arguments)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new CurlExampleMetadata(arguments));
}
