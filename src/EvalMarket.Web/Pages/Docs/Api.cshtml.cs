using EvalMarket.Web.Infrastructure.Documentation;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Docs;

/// <summary>The API for people: made of the endpoints' own metadata.</summary>
[AllowAnonymous]
public sealed class ApiModel(IServiceProvider services) : PageModel
{
    public IReadOnlyList<ApiSection> Sections { get; private set; } = [];

    public string Origin { get; private set; } = "";

    public void OnGet()
    {
        Sections = services.GetRequiredService<ApiReference>().Sections();
        Origin = $"{Request.Scheme}://{Request.Host}";
    }
}
