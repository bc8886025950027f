using EvalMarket.TestKit;
using EvalMarket.Web.Infrastructure;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class StartupTests
{
    [Theory]
    [InlineData("Database:Provider", "--Database:Provider=Oracle")]
    [InlineData("ConnectionStrings:Database", "--Database:Provider=PostgreSql")]
    [InlineData("ConnectionStrings:Database", "--Database:Provider=SqlServer", "--ConnectionStrings:Database=Server=x;Authentication=Active Directory Default")]
    [InlineData("ConnectionStrings:Database", "--Database:Provider=PostgreSql", "--ConnectionStrings:Database=Host=127.0.0.1;Port=1;Username=x;Database=x")]
    [InlineData("Storage:Provider", "--Storage:Provider=S3")]
    [InlineData("Limits:PageSize", "--Limits:PageSize=many")]
    [InlineData("Limits:PageSize", "--Limits:PageSize=0")]
    [InlineData("Limits:SyncBytes", "--Limits:UploadBytes=10")]
    [InlineData("Proxy:TrustedNetworks", "--Proxy:TrustedNetworks:0=everybody")]
    [InlineData("Bootstrap:Email", "--Bootstrap:Email=nobody")]
    [InlineData("Bootstrap:ApiKey", "--Bootstrap:Email=a@example.org", "--Bootstrap:Workspace=acme", "--Bootstrap:ApiKey=emk_short")]
    [InlineData("Bootstrap:Others:1:Workspace", "--Bootstrap:Others:1:Email=a@example.org", "--Bootstrap:Others:1:Workspace=No Slug")]
    public async Task A_bad_setting_stops_the_start_in_one_line_that_names_it(string setting, params string[] args)
    {
        var folder = TestFolder.Create();
        using var errors = new StringWriter();

        var exitCode = await EvalMarketApplication.RunAsync([.. args, $"--DataDirectory={folder}", "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"], errors);

        Assert.Equal(1, exitCode);
        var line = Assert.Single(errors.ToString().TrimEnd().Split('\n'));
        Assert.Contains(setting, line, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
