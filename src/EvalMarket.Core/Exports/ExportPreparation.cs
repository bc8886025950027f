using EvalMarket.Core.Packages;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Datasets.Exports;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Exports;

/// <summary>Prepares what is ordered: the same services that answer requests, so the bytes are the same.</summary>
public sealed class ExportPreparation(SessionExports sessions, DatasetExports datasets, PackageExports packages)
{
    /// <summary>The failures of the service that makes it: not found, foreign sections or run, a run that is not completed.</summary>
    public async Task<Outcome<PreparedExport>> PrepareAsync(ExportOrder order, CancellationToken cancellationToken)
    {
        if (order.Dataset is not { } dataset)
        {
            return SessionExporters.Find(order.Format) is { } format
                ? Of(await sessions.PrepareAsync(order.Filter ?? SessionFilter.All, format, order.Limit, cancellationToken))
                : new NotFound();
        }

        if (order.Format == ExportOrder.Package)
        {
            var request = new PackageRequest(dataset, [.. order.Sections.Select(section => section.Value)], order.Run?.Value, order.Version);
            return (await packages.PrepareAsync(request, cancellationToken)).Succeeded(out var package, out var wrong)
                ? Of(package, await package.PlanAsync(cancellationToken))
                : wrong;
        }

        if (DatasetExporters.Find(order.Format) is not { } exporter)
        {
            return new NotFound();
        }

        return (await datasets.PrepareAsync(dataset, exporter, order.Sections, order.Version, cancellationToken)).Succeeded(out var export, out var failure) ? Of(export) : failure;
    }

    private static PreparedExport Of(SessionExport export) =>
        new(() => export.SessionsRead, export.WriteAsync, export.DisposeAsync) { Facts = export.Facts, Unit = ExportUnit.Sessions, Total = export.Sessions };

    private static PreparedExport Of(DatasetExport export) =>
        new(() => export.ItemsRead, export.WriteAsync, () => ValueTask.CompletedTask) { Facts = export.Facts, Unit = ExportUnit.Items, Total = export.Dataset.ItemCount * export.Passes };

    private static PreparedExport Of(PackageExport package, PackagePlan plan)
    {
        CountingPipeWriter? counted = null;
        return new PreparedExport(
            () => counted?.Bytes ?? 0,
            async (output, token) =>
            {
                counted = new CountingPipeWriter(output);
                await using var blobs = package.OpenBlobs();
                await plan.WriteAsync(blobs, counted, 0, plan.Length, token);
            },
            () => ValueTask.CompletedTask) { Facts = package.FactsOf(plan.Length), Unit = ExportUnit.Bytes, Total = plan.Length };
    }
}
