using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EvalMarket.Web.Infrastructure.Documentation;

/// <summary>The OpenAPI document, made of the same metadata as the page for people (<see cref="ApiReference"/>).</summary>
internal static class ApiDocumentation
{
    public const string DocumentPath = "/openapi/v1.json";

    private const string SecurityScheme = "api_key";

    public static void AddApiDocumentation(this IServiceCollection services)
    {
        services.AddSingleton<ApiReference>();
        services.AddOpenApi(openApi =>
        {
            openApi.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
            openApi.AddDocumentTransformer(DescribeDocument);
            openApi.AddOperationTransformer(DescribeOperation);
        });
    }

    public static void MapApiDocumentation(this WebApplication app) => app.MapOpenApi().AllowAnonymous();

    private static Task DescribeDocument(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "EvalMarket API",
            Version = "v1",
            Description = "AI sessions in, labelled and curated, and out again as files that other tools load. Errors are RFC 9457 problem documents with a stable `code`.",
        };
        // Whoever reads it knows the server: an address in it would be the one that this request came by.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[SecurityScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "emk_…",
            Description = "An API key of a workspace, made in its settings.",
        };
        return Task.CompletedTask;
    }

    private static Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in metadata.OfType<QueryParametersMetadata>().SelectMany(query => query.Parameters))
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(Describe(parameter));
        }

        if (metadata.OfType<RequirePermissionAttribute>().LastOrDefault() is { } required)
        {
            operation.Description = $"{operation.Description} Scope: `{Permissions.ScopeFor(required.Permission)}`.".TrimStart();
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SecurityScheme, context.Document)] = [] },
            ];
        }

        return Task.CompletedTask;
    }

    private static OpenApiParameter Describe(QueryParameter parameter)
    {
        var one = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = parameter.Values?.Select(value => (System.Text.Json.Nodes.JsonNode)value).ToList(),
        };
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description,
            Schema = parameter.Repeatable ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = one } : one,
        };
    }
}
