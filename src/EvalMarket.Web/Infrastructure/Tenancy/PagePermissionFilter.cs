using System.Reflection;
using EvalMarket.Core.Workspaces;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace EvalMarket.Web.Infrastructure.Tenancy;

/// <summary>Checks <see cref="RequirePermissionAttribute"/> on the handler methods of pages.</summary>
internal sealed class PagePermissionFilter(Tenant tenant) : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod?.MethodInfo.GetCustomAttribute<RequirePermissionAttribute>() is { } required && !tenant.Actor.May(required.Permission))
            context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
