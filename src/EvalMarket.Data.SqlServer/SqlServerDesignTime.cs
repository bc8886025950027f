using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace EvalMarket.Data.SqlServer;

/// <summary>Lets <c>dotnet ef migrations</c> make the context without the app or a database.</summary>
internal sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerDbContext>
{
    public SqlServerDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerDbContext>().UseSqlServer("Server=localhost;Database=design").Options, new Tenant());
}
