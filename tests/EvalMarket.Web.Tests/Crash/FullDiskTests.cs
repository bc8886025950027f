using System.Diagnostics;
using System.Net;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Crash;

public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_a_clear_error_and_after_space_was_made_everything_works_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A small disk can only be mounted by root on Linux.");
        var app = new TestApp();
        var files = TestFolder.Create();
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", files) == 0, "This machine lets nobody mount a disk.");
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(app.DataDirectory, "files"), files);
            await app.InitializeAsync();
            using var workspace = await OpenAsync(app);
            await workspace.AddAsync("before");
            var filler = Path.Combine(files, "filler");
            await File.WriteAllBytesAsync(filler, new byte[3 * 1024 * 1024], Cancel);
            var random = new Random(1);
            var large = Session("large", Convert.ToBase64String(Enumerable.Range(0, 1_500_000).Select(_ => (byte)random.Next(256)).ToArray()));

            var problem = await workspace.PostAsync("/api/sessions", large, HttpStatusCode.InsufficientStorage);

            Assert.Equal("storage_full", problem.GetProperty("code").GetString());
            Assert.Contains("Free some space", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(["before"], await workspace.ListAsync(""));
            File.Delete(filler);
            Assert.Equal((1, 0, 0), Counts(await workspace.PostAsync("/api/sessions", large)));
            Assert.Equal(2, (await workspace.ListAsync("")).Count);
        }
        finally
        {
            await app.DisposeAsync();
            await RunAsync("umount", files);
            Directory.Delete(files);
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode;
    }
}
