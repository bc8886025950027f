using EvalMarket.Core.Annotation;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Market;
using EvalMarket.Core.Packages;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Samples;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Data.PostgreSql;
using EvalMarket.Data.SqlServer;
using EvalMarket.Web.Api;
using EvalMarket.Web.Api.Exports;
using EvalMarket.Web.Api.Packages;
using EvalMarket.Web.Api.Runs;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Operation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Protection;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Startup;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Datasets;
using EvalMarket.Web.Pages.Market;
using EvalMarket.Web.Pages.Sessions;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure;

/// <summary>What the application is made of: services, and the way of a request.</summary>
internal static class Composition
{
    private const string FilesFolder = "files";

    /// <summary>Everything that is not ASP.NET: database, storage and the services of each subject.</summary>
    public static WebApplicationBuilder AddCore(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DatabaseServer>();
        if (builder.Configuration.GetValue<DatabaseProvider>("Database:Provider") == DatabaseProvider.SqlServer)
            services.AddSqlServer(builder.Configuration.GetConnectionString(DatabaseServer.ConnectionName) ?? "");
        else
            services.AddPostgreSql(provider => provider.GetRequiredService<DatabaseServer>().ConnectionString);

        services.TryAddSingleton<IBlobStore>(provider => new LocalBlobStore(
            Path.Combine(provider.GetRequiredService<IOptions<ApplicationOptions>>().Value.FullDataDirectory, FilesFolder),
            provider.GetRequiredService<TimeProvider>()));

        // Rebuilders run in this order: workspaces before what is in them.
        services.AddScoped<IIndexRebuilder, WorkspaceRebuilder>();
        services.AddStorage().AddJobs().AddSessions().AddDatasets().AddDatasetExchange().AddAnnotation().AddMarket().AddRuns();
        services.AddScoped<RunAnswer>().AddScoped<IRunAnswers>(provider => provider.GetRequiredService<RunAnswer>()).AddScoped<IPackageAnswers, PackageUploadAnswer>().AddScoped<IExportAnswers, ExportAnswer>();
        services.AddScoped<ListingViews>();
        services.AddScoped<LabelPanels>().AddScoped<Transcripts>().AddScoped<SessionPeeks>();
        services.AddDatasetPages();
        // The embedded database lets one process in, so a name that stays tells it what its former life left; others wait for leases to end.
        services.Add(ServiceDescriptor.Singleton(typeof(InstanceName), provider =>
            provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.Provider == DatabaseProvider.Embedded
                ? new InstanceName("embedded")
                : new InstanceName($"{Environment.MachineName}-{Environment.ProcessId}-{Environment.TickCount64}")));
        services.AddSingleton<WorkspaceUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkspaceUpkeep>());
        services.AddScoped<Tenant>();
        services.AddScoped<AuditTrail>();
        services.AddScoped<WorkspaceService>();
        services.AddScoped<ApiKeyService>();
        services.AddScoped<ApiKeyDirectory>();
        services.AddScoped<SampleWorkspace>();
        return builder;
    }

    /// <summary>Everything that is ASP.NET.</summary>
    public static WebApplicationBuilder AddWeb(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        StartupLogging.Add(builder);
        services.AddSingleton<DatabaseStartup>();
        services.AddSingleton<BootstrapStartup>();
        services.AddAuthenticationOfPeopleAndKeys();
        services.AddScoped<WorkspaceOfId>();
        services.AddScoped<PersonsWorkspace>();
        services.AddScoped<FrameBuilder>();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = CookiePrefixes.Antiforgery;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The app's own policy forbids frames.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<RouteOptions>(routes => routes.LowercaseUrls = true);
        services.AddRequestLimits();
        services.AddPageCompression();
        services.AddTrustedProxies();
        services.AddHealth();
        services.AddApiDocumentation();
        services.AddRazorPages(pages =>
            {
                pages.Conventions.AuthorizeFolder("/", AuthenticationSetup.PersonPolicy);
                pages.Conventions.AllowAnonymousToPage("/Index");
            })
            .AddMvcOptions(mvc =>
            {
                mvc.Filters.Add<PagePermissionFilter>();
                mvc.Filters.Add<FrameFilter>();
            });
        return builder;
    }

    /// <summary>The way of a request, from the outside in.</summary>
    public static void UseEvalMarket(this WebApplication app)
    {
        app.UseTrustedProxies();
        app.UseSecurityHeaders();
        app.UsePageCompression();
        app.UseMiddleware<CookiePrefixes>();
        app.UseMiddleware<ErrorHandling>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<TenancyMiddleware>();
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealth();
        app.MapRobots();
        app.MapApiDocumentation();
        app.MapRazorPages();
        app.MapPackageDownload();
        app.MapApi();
    }
}
