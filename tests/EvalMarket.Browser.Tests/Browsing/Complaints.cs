using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace EvalMarket.Browser.Tests.Browsing;

/// <summary>What the browser complains of while a test uses it: errors on the console, exceptions of scripts, reports of the content security policy.</summary>
internal sealed class Complaints
{
    /// <summary>The events are not on the console when a page handles them, so they are listened for as well.</summary>
    private const string Listener =
        "document.addEventListener('securitypolicyviolation', event => console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`))";

    private readonly ConcurrentQueue<string> all = new();
    private readonly ConcurrentBag<int> expected = [];

    public IReadOnlyCollection<string> All => [.. all.Where(text => !expected.Any(status => text.Contains($"the server responded with a status of {status} ", StringComparison.Ordinal)))];

    /// <summary>The test means to be answered with this status, which the browser puts on the console.</summary>
    public void Expect(int status) => expected.Add(status);

    public async Task ListenAsync(IBrowserContext context)
    {
        await context.AddInitScriptAsync(Listener);
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                all.Enqueue($"{message.Type} on {message.Page?.Url}: {message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => all.Enqueue($"exception on {error.Page?.Url}: {error.Error}");
    }
}
