using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Mail;

/// <summary>
/// Composes and sends messages after the answer to the request has gone out. So the answer takes the same time whether
/// there is an account behind an address or not, and a slow mail server keeps nobody waiting. What is lost when the app
/// stops can be asked for again: every page that sends a message has the button.
/// </summary>
public sealed partial class MailQueue(IServiceScopeFactory scopes, IMailSender sender, ILogger<MailQueue> logger) : BackgroundService
{
    private const int Capacity = 1000;

    private readonly Channel<Func<IServiceProvider, CancellationToken, Task<OutgoingMail?>>> waiting =
        Channel.CreateBounded<Func<IServiceProvider, CancellationToken, Task<OutgoingMail?>>>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Adds a message to the queue and returns at once.</summary>
    /// <param name="compose">Gets a scope of its own; gives null when there is nothing to send.</param>
    public void Add(Func<IServiceProvider, CancellationToken, Task<OutgoingMail?>> compose)
    {
        if (!waiting.Writer.TryWrite(compose))
        {
            Log.Full(logger, Capacity);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var compose in waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                if (await compose(scope.ServiceProvider, stoppingToken) is { } mail)
                {
                    await sender.SendAsync(mail, stoppingToken);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One message that cannot be sent must not keep back the next.
                Log.Failed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A message could not be sent; check the settings under Mail:Smtp.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Warning, "More than {Capacity} messages are waiting; a message was dropped.")]
        public static partial void Full(ILogger logger, int capacity);
    }
}
