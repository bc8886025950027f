using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace EvalMarket.Web.Infrastructure;

/// <summary>Adds what the request before left to say to the <see cref="Frame"/>.</summary>
internal sealed class ToastFilter(ITempDataDictionaryFactory data) : IResultFilter, IOrderedFilter
{
    /// <summary>After the filter that puts the frame in its place.</summary>
    public int Order => 1;

    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is PageResult && context.HttpContext.Items[typeof(Frame)] is Frame frame
            && PageToasts.Take(data.GetTempData(context.HttpContext)) is { Count: > 0 } toasts)
        {
            context.HttpContext.Items[typeof(Frame)] = frame with { Toasts = toasts };
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
