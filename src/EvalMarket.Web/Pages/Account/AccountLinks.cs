using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Whole addresses, for links that leave the browser: in messages and invitations.</summary>
internal sealed class AccountLinks(IHttpContextAccessor context, IOptions<PublicAddressOptions> address)
{
    /// <summary>As in <c>https://evals.example.com</c>: the setting, or where the request went.</summary>
    public string Site
    {
        get
        {
            if (address.Value.PublicUrl is { Length: > 0 } site)
                return site.TrimEnd('/');
            var request = context.HttpContext!.Request;
            return $"{request.Scheme}://{request.Host}{request.PathBase}";
        }
    }

    /// <summary>The whole address of a path of this site.</summary>
    public string To(string path) => Site + path;
}
