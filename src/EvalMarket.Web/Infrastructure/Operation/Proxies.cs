using EvalMarket.Web.Infrastructure.Startup;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure.Operation;

/// <summary>Believes <c>X-Forwarded-For</c> and <c>-Proto</c> of the configured networks and of nobody else.</summary>
internal static class Proxies
{
    public static void AddTrustedProxies(this IServiceCollection services) =>
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>>((headers, proxies) =>
        {
            headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            headers.ForwardLimit = null;
            headers.KnownProxies.Clear();
            headers.KnownIPNetworks.Clear();
            foreach (var network in proxies.Value.TrustedNetworks)
                headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });

    public static void UseTrustedProxies(this WebApplication app)
    {
        // With no known network the middleware would believe everybody.
        if (app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.TrustedNetworks.Count > 0)
            app.UseForwardedHeaders();
    }
}
