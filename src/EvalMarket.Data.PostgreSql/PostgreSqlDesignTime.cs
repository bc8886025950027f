using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace EvalMarket.Data.PostgreSql;

/// <summary>Lets <c>dotnet ef migrations</c> make the context without the app or a database.</summary>
internal sealed class PostgreSqlDesignTime : IDesignTimeDbContextFactory<PostgreSqlDbContext>
{
    public PostgreSqlDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql("Host=localhost;Database=design").Options, new Tenant());
}
