using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Data.PostgreSql;

/// <summary>Registers PostgreSQL as the app's database.</summary>
public static class PostgreSqlRegistration
{
    /// <summary>Adds the context, the provider and the tenant's write interceptor.</summary>
    /// <param name="connectionString">Asked for when the first context is made: an embedded server is started before.</param>
    public static IServiceCollection AddPostgreSql(this IServiceCollection services, Func<IServiceProvider, string> connectionString) =>
        services.AddDbContext<EvalMarketDbContext, PostgreSqlDbContext>((provider, options) => options
            .UseNpgsql(connectionString(provider))
            .AddInterceptors(new TenantWriteInterceptor()));
}
