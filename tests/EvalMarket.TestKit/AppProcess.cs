using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace EvalMarket.TestKit;

/// <summary>
/// The app in a process of its own, as people run it, with the embedded database on a data directory: for what only a real process
/// can show, a sudden death for one.
/// </summary>
public sealed class AppProcess : IAsyncDisposable
{
    public const string ApiKey = "emk_0123456789abcdefghijklmnopqrstuvwxyzABCD";
    public const string Workspace = "acme";

    private const string Email = "ann@example.org";
    private const string Password = "correct horse battery";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    private readonly Process running;
    private readonly ConcurrentQueue<string> lines;

    private AppProcess(Process running, ConcurrentQueue<string> lines, Uri address)
    {
        this.running = running;
        this.lines = lines;
        Client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    /// <summary>A program with an all-scope key of <see cref="Workspace"/>.</summary>
    public HttpClient Client { get; }

    public int Id => running.Id;

    /// <summary>What the app wrote, for messages of failed tests.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Starts the app and returns when it is ready.</summary>
    /// <param name="dataDirectory">Of this app alone.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="assembly">EvalMarket.Web.dll; the one beside this build when absent.</param>
    /// <param name="settings">As on the command line: <c>--Limits:PageSize=10</c>.</param>
    public static async Task<AppProcess> StartAsync(
        string dataDirectory, CancellationToken cancellationToken, string? assembly = null, IReadOnlyList<string>? settings = null)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var output = new ConcurrentQueue<string>();
        var process = Launch(assembly, [.. Settings(dataDirectory), $"--urls={address}", .. settings ?? []], output);
        var app = new AppProcess(process, output, new Uri(address));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        while (!await IsReadyAsync(app.Client, timeout.Token))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The app ended with {process.ExitCode}:\n{app.Output}");
            await Task.Delay(25, timeout.Token);
        }

        return app;
    }

    /// <summary>Runs a command of the app (<c>reindex</c>) to its end; gives what it wrote.</summary>
    public static async Task<string> RunAsync(string command, string dataDirectory, CancellationToken cancellationToken, string? assembly = null)
    {
        var output = new ConcurrentQueue<string>();
        using var process = Launch(assembly, [command, .. Settings(dataDirectory)], output);
        await process.WaitForExitAsync(cancellationToken);
        var text = string.Join('\n', output);
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{command} ended with {process.ExitCode}:\n{text}");
    }

    /// <summary>A browser in which the workspace's owner has signed in.</summary>
    public async Task<HttpClient> SignInAsync(CancellationToken cancellationToken)
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Client.BaseAddress };
        using var fields = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Email"] = Email,
            ["Password"] = Password,
            ["__RequestVerificationToken"] = TestApp.Token(await browser.GetStringAsync("/account/login", cancellationToken)),
        });
        using var answer = await browser.PostAsync("/account/login", fields, cancellationToken);
        return answer.StatusCode == HttpStatusCode.Redirect ? browser : throw new InvalidOperationException($"{Email} could not sign in: {answer.StatusCode}.");
    }

    /// <summary>SIGKILL: nothing in the process can react to it.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        running.Kill();
        await running.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using (var kill = Process.Start("kill", $"-TERM {running.Id}"))
            await kill.WaitForExitAsync(cancellationToken);
        await running.WaitForExitAsync(cancellationToken).WaitAsync(StopTimeout, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!running.HasExited)
            await StopAsync(CancellationToken.None);
        Client.Dispose();
        running.Dispose();
    }

    private static IEnumerable<string> Settings(string dataDirectory) =>
    [
        $"--DataDirectory={dataDirectory}",
        $"--Bootstrap:Email={Email}",
        $"--Bootstrap:Password={Password}",
        $"--Bootstrap:Workspace={Workspace}",
        $"--Bootstrap:ApiKey={ApiKey}",
        "--Limits:RequestsPerMinutePerKey=0",
        "--Logging:LogLevel:Microsoft=Warning",
    ];

    private static Process Launch(string? assembly, IEnumerable<string> arguments, ConcurrentQueue<string> output)
    {
        var start = new ProcessStartInfo("dotnet", [assembly ?? Path.Combine(AppContext.BaseDirectory, "EvalMarket.Web.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Keep(string? line)
        {
            const int most = 500;
            if (line is not null)
                output.Enqueue(line);
            if (output.Count > most)
                output.TryDequeue(out _);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync("/health/ready", cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
