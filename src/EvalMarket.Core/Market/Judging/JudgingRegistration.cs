using EvalMarket.Core.Market.Submissions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Judging;

/// <summary>Registers the jury. Its options are bound by whoever has the configuration.</summary>
public static class JudgingRegistration
{
    /// <summary>More than a verdict ever is.</summary>
    private const int MostBytes = 1024 * 1024;

    public static IServiceCollection AddJudging(this IServiceCollection services)
    {
        services.AddHttpClient(ChatEndpoint.ClientName, client =>
        {
            // Each request has its own time.
            client.Timeout = Timeout.InfiniteTimeSpan;
            client.MaxResponseContentBufferSize = MostBytes;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }).RemoveAllLoggers();
        return services
            .AddSingleton<IValidateOptions<JudgeOptions>, JudgeOptionsValidation>()
            .AddSingleton<ChatEndpoint>()
            .AddSingleton<ISemanticJudge, LlmJury>();
    }
}
