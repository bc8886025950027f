using EvalMarket.Core;
using EvalMarket.Core.Market.Judging;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure.Startup;

/// <summary>Reads the configuration into options that are checked before anything else happens.</summary>
internal static class Settings
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    // What else says where to listen; the default address steps back for any of them.
    private static readonly string[] ListenKeys = [WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey];

    public static WebApplicationBuilder AddSettings(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (ListenKeys.All(key => string.IsNullOrEmpty(configuration[key])) && !configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultUrl);

        Add<ApplicationOptions, ApplicationOptionsValidator>(builder, configuration);
        Add<DatabaseOptions, DatabaseOptionsValidator>(builder, configuration.GetSection(DatabaseOptions.Section));
        Add<StorageOptions, StorageOptionsValidator>(builder, configuration.GetSection(StorageOptions.Section));
        Add<ProxyOptions, ProxyOptionsValidator>(builder, configuration.GetSection(ProxyOptions.Section));
        Add<BootstrapOptions, BootstrapOptionsValidator>(builder, configuration.GetSection(BootstrapOptions.Section));
        builder.Services.AddOptions<JudgeOptions>().Bind(configuration.GetSection(JudgeOptions.Section)).ValidateOnStart();
        Add<Limits, LimitsValidator>(builder, configuration.GetSection("Limits"));
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IOptions<Limits>>().Value);
        return builder;
    }

    private static void Add<TOptions, TValidator>(WebApplicationBuilder builder, IConfiguration section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        builder.Services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        builder.Services.AddOptions<TOptions>().Bind(section).ValidateOnStart();
    }
}
