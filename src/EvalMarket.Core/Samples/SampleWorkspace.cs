using System.Security.Cryptography;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Samples;

/// <summary>A workspace of one's own with invented sessions and a dataset of them, to try everything on.</summary>
public sealed class SampleWorkspace(WorkspaceService workspaces, IServiceScopeFactory scopes, IOptions<Limits> limits)
{
    private const string Resource = "EvalMarket.Core.Samples.sample-sessions.jsonl";

    /// <summary>Random characters that make the address one's own.</summary>
    private const int SuffixLength = 8;

    /// <summary>The person's sample, made when there is none yet.</summary>
    /// <returns>Its slug.</returns>
    public async Task<Outcome<string>> OpenAsync(Guid person, string name, CancellationToken cancellationToken)
    {
        var mine = await workspaces.ListForAsync(person, cancellationToken);
        var slug = mine.FirstOrDefault(workspace => workspace is { IsSample: true, Role: WorkspaceRole.Owner })?.Slug;
        if (slug is null)
        {
            var made = await workspaces.CreateAsync(
                new NewWorkspace($"sample-{RandomNumberGenerator.GetHexString(SuffixLength, lowercase: true)}", "Sample workspace", IsSample: true), person, name, cancellationToken);
            if (!made.Succeeded(out var workspace, out var failure))
            {
                return failure;
            }

            slug = workspace.Slug;
        }

        return await FillAsync(slug, person, name, cancellationToken) is { } problem ? problem : slug;
    }

    /// <summary>Also fills a sample whose filling broke off, or that was emptied.</summary>
    private async Task<Failure?> FillAsync(string slug, Guid person, string name, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(slug, new Actor(name, person, null, Permissions.Of(WorkspaceRole.Owner)));
        if (await scope.ServiceProvider.GetRequiredService<SessionDirectory>().CountAsync(SessionFilter.All, cancellationToken) == 0
            && await ImportAsync(scope.ServiceProvider, cancellationToken) is { } failure)
        {
            return failure;
        }

        return await CloneAsync(scope.ServiceProvider, cancellationToken);
    }

    private async Task<Failure?> ImportAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var content = typeof(SampleWorkspace).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks {Resource}.");
        var outcome = await services.GetRequiredService<SessionImport>().ImportAsync(
            SessionBodies.ReadLinesAsync(content, limits.Value.LineBytes, cancellationToken), new SessionImportResult(), null, null, cancellationToken);
        return outcome.Succeeded(out _, out var failure) ? null : failure;
    }

    /// <summary>A dataset of what was labelled, unless there is one, or was.</summary>
    private static async Task<Failure?> CloneAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<EvalMarketDbContext>().Datasets.AnyAsync(cancellationToken))
        {
            return null;
        }

        var made = await services.GetRequiredService<DatasetEditing>().CreateAsync(
            new NewDataset("Answers worth keeping", "Cloned from the sessions of this workspace: what was called golden or correct, and what is still to be improved.", null, ["Good", "To improve"]), cancellationToken);
        if (!made.Succeeded(out var dataset, out var failure))
        {
            return failure;
        }

        foreach (var (section, statuses) in dataset.Sections.Zip<SectionView, EvalStatus[]>([[EvalStatus.Golden, EvalStatus.Correct], [EvalStatus.Incorrect, EvalStatus.NeedsReview]]))
        {
            var cloned = await services.GetRequiredService<SessionCloning>().CloneAsync(
                dataset.Id, new CloneOrder { Sessions = new SessionFilter { Statuses = statuses }, Section = section.Id }, cancellationToken);
            if (!cloned.Succeeded(out _, out var broken))
            {
                return broken;
            }
        }

        return null;
    }
}
