using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Judging;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Market;

/// <summary>Registers bundles, the vault, listings, grants and submissions.</summary>
public static class MarketRegistration
{
    public static IServiceCollection AddMarket(this IServiceCollection services)
    {
        return services
            .AddJudging()
            .AddSingleton<Vault>()
            .AddSingleton<BundleFiles>()
            .AddScoped<BundleDrafts>()
            .AddScoped<BundleChecks>()
            .AddScoped<BundleCommits>()
            .AddScoped<BundleStore>()
            .AddScoped<BundleCleaning>()
            .AddScoped<BundleEditing>()
            .AddScoped<BundleMaking>()
            .AddScoped<BundleDraftFiles>()
            .AddScoped<SubmissionReviews>()
            .AddScoped<BundleUploadJob>()
            .AddScoped<IJobHandler>(provider => provider.GetRequiredService<BundleUploadJob>())
            .AddSingleton<MarketFiles>()
            .AddScoped<MarketDirectory>()
            .AddScoped<PreviewChecks>()
            .AddScoped<ListingCommits>()
            .AddScoped<KeyCommitments>()
            .AddScoped<MarketGrants>()
            .AddSingleton<SubmissionFiles>()
            .AddScoped<MarketSubmissions>()
            .AddScoped<SubmissionCommits>()
            .AddScoped<SubmissionGrading>()
            .AddScoped<SubmissionReports>()
            .AddScoped<SubmissionVerdicts>()
            .AddScoped<SubmissionResuming>()
            .AddScoped<ListingStatistics>()
            .AddScoped<SubmissionGradingJob>()
            .AddScoped<IJobHandler>(provider => provider.GetRequiredService<SubmissionGradingJob>())
            .AddScoped<IIndexRebuilder, MarketRebuild>()
            .AddSingleton<IIntentRecovery, BundleRecovery>()
            .AddSingleton<IIntentRecovery, ListingRecovery>()
            .AddSingleton<IIntentRecovery, SubmissionRecovery>()
            .AddHostedService<MarketUpkeep>();
    }
}
