using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Infrastructure;

/// <summary>
/// What is not yours does not exist: every route of the app, with every method, is asked for another tenant's things and for things that
/// never were, by a person and by a key. Both answers are the same 404, and nothing has changed after.
/// </summary>
public sealed class ForeignTenantTests(TestApp app) : IClassFixture<TestApp>
{
    private static readonly string[] PageMethods = ["GET", "POST"];

    [Fact]
    public async Task Another_tenants_things_answer_like_things_that_never_were_and_stay_as_they_are()
    {
        var person = await app.Data.PersonAsync();
        var own = await app.Data.WorkspaceAsync(person);
        var foreign = await app.Data.WorkspaceAsync();
        var values = await TenantRoutes.ParametersAsync(app, foreign);
        using var browser = await app.SignInAsync(person);
        using var program = app.Client((await app.Data.KeyAsync(own)).Secret);
        // The use of the key is written down behind the requests' back; let that be over before rows are counted.
        using var used = await program.GetAsync("/api/workspace");
        var before = await StateAsync();
        List<string> wrong = [];

        foreach (var route in (await WithHandlersAsync(RoutesOf(app))).Where(route => route.Parameters.Count > 0 && !TenantRoutes.Exempt.ContainsKey(route.Path)))
        {
            if (route.Parameters.Except(values.Keys, StringComparer.Ordinal).ToList() is { Count: > 0 } unknown)
            {
                wrong.Add($"{route}: no case for {string.Join(", ", unknown)} in TenantRoutes");
                continue;
            }

            foreach (var (asked, never) in Cases(route, values, own))
            {
                if (!route.IsPage)
                    await CompareAsync(program, "key", route, asked, never, wrong);
                await CompareAsync(browser, "browser", route, asked, never, wrong);
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task A_message_of_another_session_is_not_found_in_ones_own()
    {
        var person = await app.Data.PersonAsync();
        var slug = await app.Data.WorkspaceAsync(person);
        using var browser = await app.SignInAsync(person);
        using var own = app.Client((await app.Data.KeyAsync(slug)).Secret);
        using var other = app.Client((await app.Data.KeyAsync(await app.Data.WorkspaceAsync())).Secret);
        var (session, message) = await SendAsync(own);
        var (_, foreign) = await SendAsync(other);
        var (_, beside) = await SendAsync(own);
        var never = TypeId.New<MessageId>(app.Time.GetUtcNow()).Value;
        List<string> wrong = [];

        foreach (var asked in new[] { foreign, beside, "nonsense" })
        {
            foreach (var handler in new[] { "text", "raw", "picture" })
                await CompareAsync(browser, "browser", new TenantRoute("GET", handler, [], true), Page(handler, asked), Page(handler, never), wrong);
            await CompareAsync(browser, "browser", new TenantRoute("POST", "remark", [], true), Page("remark", asked), Page("remark", never), wrong);
            foreach (var part in new[] { "comments", "tags" })
                await CompareAsync(own, "key", new TenantRoute("POST", part, [], false), $"/api/sessions/{session}/messages/{asked}/{part}", $"/api/sessions/{session}/messages/{never}/{part}", wrong);
        }

        Assert.Empty(wrong);
        using var found = await browser.GetAsync(Page("text", message));
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);

        string Page(string handler, string id) => $"/w/{slug}/sessions/{session}/messages?handler={handler}&message={id}";
    }

    [Fact]
    public void Every_endpoint_of_the_api_is_public_on_purpose_or_asks_for_a_permission()
    {
        var open = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.TrimStart('/').StartsWith("api/", StringComparison.Ordinal) == true)
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
                && (endpoint.Metadata.GetMetadata<IAuthorizeData>() is null || endpoint.Metadata.GetMetadata<RequirePermissionAttribute>() is null));

        Assert.Empty(open.Select(endpoint => endpoint.DisplayName));
    }

    internal static IReadOnlyList<TenantRoute> RoutesOf(TestApp app) =>
    [
        .. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .SelectMany(endpoint =>
            {
                var isPage = endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null;
                var path = PathOf(endpoint);
                var methods = isPage ? PageMethods : endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];
                return methods.Select(method => new TenantRoute(method, path, [.. endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name)], isPage));
            })
            .DistinctBy(route => (route.Method, route.Path)),
    ];

    /// <summary>The routes, and those of pages with each of their named handlers.</summary>
    private async Task<List<TenantRoute>> WithHandlersAsync(IReadOnlyList<TenantRoute> routes)
    {
        var loader = app.Services.GetRequiredService<PageLoader>();
        var all = routes.ToList();
        foreach (var endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page && routes.FirstOrDefault(known => known.IsPage && known.Path == PathOf(endpoint)) is { } route)
            {
                var loaded = await loader.LoadAsync(page, endpoint.Metadata);
                all.AddRange(loaded.HandlerMethods.Where(handler => handler.Name is not null)
                    .Select(handler => route with { Method = handler.HttpMethod.ToUpperInvariant(), Path = $"{route.Path}?handler={handler.Name!.ToLowerInvariant()}" }));
            }
        }

        Assert.True(all.Count > routes.Count + 20);
        return [.. all.DistinctBy(route => (route.Method, route.Path))];
    }

    private static string PathOf(RouteEndpoint endpoint) => string.Concat(endpoint.RoutePattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(Text))));

    /// <summary>A session of two messages; the ids of it and of its first.</summary>
    private static async Task<(string Session, string Message)> SendAsync(HttpClient client)
    {
        using var sent = await client.PostAsync("/api/sessions", new StringContent(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"a\"}]}", Encoding.UTF8, "application/json"));
        var id = (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ids")[0].GetString()!;
        var session = await client.GetFromJsonAsync<JsonElement>($"/api/sessions/{id}");
        return (id, session.GetProperty("messages")[0].GetProperty("id").GetString()!);
    }

    /// <summary>The foreign workspace with everything in it; and in one's own workspace, one foreign thing after the other.</summary>
    private static IEnumerable<(string Asked, string Never)> Cases(
        TenantRoute route, IReadOnlyDictionary<string, (string Foreign, string Never)> values, string own)
    {
        const string workspace = "workspace";
        if (route.Parameters.Contains(workspace, StringComparer.Ordinal))
            yield return (route.Fill(name => values[name].Foreign), route.Fill(name => name == workspace ? values[name].Never : values[name].Foreign));
        if (route.Parameters.Any(name => name != workspace))
            yield return (route.Fill(name => name == workspace ? own : values[name].Foreign), route.Fill(name => name == workspace ? own : values[name].Never));
    }

    private static async Task CompareAsync(HttpClient client, string who, TenantRoute route, string asked, string never, List<string> wrong)
    {
        var foreign = await AskAsync(client, route.Method, asked);
        var nothing = await AskAsync(client, route.Method, never);
        if (foreign.Status != HttpStatusCode.NotFound)
            wrong.Add($"{route} by {who}: {(int)foreign.Status} for another tenant's thing ({asked})");
        if (foreign != nothing)
            wrong.Add($"{route} by {who}: the answer for another tenant's thing differs from the one for nothing: {foreign} / {nothing}");
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient client, string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (method is "POST" or "PUT" or "PATCH")
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        // Antiforgery tokens in a page's frame are new in every answer.
        return (answer.StatusCode, System.Text.RegularExpressions.Regex.Replace(
            body, "CfDJ8[A-Za-z0-9_-]+", "token", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private static string Text(RoutePatternPart part) => part switch
    {
        RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    /// <summary>Number of rows of every table of tenants, and every file with its length.</summary>
    private async Task<string> StateAsync()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>();
        List<string> state = [];
        foreach (var table in database.Model.GetEntityTypes().Where(entity => entity.ClrType.IsAssignableTo(typeof(IWorkspaceOwned))).Select(entity => entity.GetTableName()!).Order(StringComparer.Ordinal))
        {
            // The name comes from the model.
#pragma warning disable EF1002
            var count = await database.Database.SqlQueryRaw<int>($"SELECT count(*)::int AS \"Value\" FROM {table}").SingleAsync();
#pragma warning restore EF1002
            state.Add($"{table}: {count}");
        }

        var files = new DirectoryInfo(Path.Combine(app.DataDirectory, "files"));
        state.AddRange(files.EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal).Select(file => $"{file.FullName}: {file.Length}"));
        return string.Join('\n', state);
    }
}

/// <summary>A method of a path; parameters in braces.</summary>
internal sealed record TenantRoute(string Method, string Path, IReadOnlyList<string> Parameters, bool IsPage)
{
    public string Fill(Func<string, string> value) =>
        Parameters.Aggregate(Path, (path, name) => path.Replace($"{{{name}}}", value(name), StringComparison.Ordinal));

    public override string ToString() => $"{Method} {Path}";
}
