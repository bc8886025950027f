using EvalMarket.Core.Data;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Data.SqlServer;

/// <summary>Registers SQL Server as the app's database.</summary>
public static class SqlServerRegistration
{
    /// <summary>Adds the context, the provider and the tenant's write interceptor.</summary>
    public static IServiceCollection AddSqlServer(this IServiceCollection services, string connectionString) =>
        services.AddDbContext<EvalMarketDbContext, SqlServerDbContext>(options => options
            .UseSqlServer(connectionString)
            .AddInterceptors(new TenantWriteInterceptor()));

    /// <summary>
    /// What is wrong with a connection string, in words for the person who configured it; null when nothing is.
    /// Entra ID sign-in is refused here: its libraries are not part of the product.
    /// </summary>
    public static string? Check(string connectionString)
    {
        SqlConnectionStringBuilder builder;
        try
        {
            builder = new SqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException exception)
        {
            return $"it is no SQL Server connection string: {exception.Message}";
        }

        return builder.Authentication is SqlAuthenticationMethod.NotSpecified or SqlAuthenticationMethod.SqlPassword
            ? null
            : $"Authentication={builder.Authentication} (Entra ID) is not supported: use a SQL login (User ID and Password) or integrated security";
    }
}
