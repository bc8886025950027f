using EvalMarket.Core;
using EvalMarket.Core.Exports;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Infrastructure.Problems;

namespace EvalMarket.Web.Api.Exports;

/// <summary>What answers an order of an export, wherever it was given.</summary>
internal static class ExportProblems
{
    public static Problem Of(Failure failure) => failure is ForeignSections ? Problem.BadRequest(failure.Code, failure.Message) : failure.ToProblem();

    /// <summary>202 for a direct export whose sender prefers a job.</summary>
    public static async Task<IResult> StartAsync(ExportOrder order, HttpContext http)
    {
        var requests = http.RequestServices.GetRequiredService<ExportRequests>();
        return (await requests.StartAsync(order, http.RequestAborted)).Succeeded(out var export, out var failure) ? JobAnswer.Accepted(export.Job!) : Of(failure);
    }
}
