using System.Reflection;
using EvalMarket.Core.Sessions;
using EvalMarket.Data.PostgreSql;
using EvalMarket.Data.SqlServer;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure;

namespace EvalMarket.Core.Tests.Architecture;

public sealed class ProjectTests
{
    private const int MostLines = 450;

    private static readonly Assembly Formats = typeof(TypeId).Assembly;
    private static readonly Assembly Core = typeof(SessionRow).Assembly;

    [Fact]
    public void Projects_know_only_what_stands_before_them()
    {
        Assert.Empty(Own(Formats));
        Assert.Equal(["EvalMarket.Formats"], Own(Core));
        Assert.Subset(new HashSet<string> { "EvalMarket.Formats", "EvalMarket.Core" }, Own(typeof(PostgreSqlDbContext).Assembly).ToHashSet());
        Assert.Subset(new HashSet<string> { "EvalMarket.Formats", "EvalMarket.Core" }, Own(typeof(SqlServerDbContext).Assembly).ToHashSet());
        Assert.Contains("EvalMarket.Core", Own(typeof(EvalMarketApplication).Assembly));
    }

    [Fact]
    public void Formats_know_neither_the_web_nor_a_database() =>
        Assert.DoesNotContain(References(Formats), name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) || name.StartsWith("Npgsql", StringComparison.Ordinal));

    [Fact]
    public void The_core_knows_no_requests_and_no_database_of_a_maker()
    {
        var names = References(Core);

        Assert.DoesNotContain(names, name => name.StartsWith("Microsoft.AspNetCore.Http", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal) || name.StartsWith("Microsoft.AspNetCore.Routing", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.StartsWith("Npgsql", StringComparison.Ordinal)
            || name is "Microsoft.EntityFrameworkCore.SqlServer" or "Microsoft.Data.SqlClient");
    }

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "Migrations"))
            .Select(file => (File: file, Lines: File.ReadLines(file).Count()))
            .ToList();

        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => file.Lines > MostLines);
    }

    private static List<string> References(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(name => name.Name!).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Own(Assembly assembly) => References(assembly).Where(name => name.StartsWith("EvalMarket", StringComparison.Ordinal));

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EvalMarket.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run from a clone.");
    }
}
