using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>Puts the <see cref="Frame"/> in its place before a whole page is rendered; fragments and redirects do without.</summary>
internal sealed class FrameFilter(FrameBuilder frames) : IAsyncResultFilter
{
    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        if (context.Result is PageResult)
            context.HttpContext.Items[typeof(Frame)] = await frames.BuildAsync(context.HttpContext, context.HttpContext.RequestAborted);
        await next();
    }
}
