using System.Net;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class HttpsCookieTests
{
    [Fact]
    public async Task Behind_a_trusted_proxy_with_https_every_cookie_of_a_form_is_bound_to_this_host_and_the_form_works()
    {
        await using var app = await TestApp.StartAsync(new Dictionary<string, string> { ["Proxy:TrustedNetworks:0"] = "127.0.0.0/8" });
        using var client = app.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var page = await client.GetAsync(new Uri("/account/login", UriKind.Relative), TestContext.Current.CancellationToken);
        var cookies = page.Headers.GetValues("Set-Cookie").ToList();
        Assert.NotEmpty(cookies);
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; path=/;", cookie + ";", StringComparison.OrdinalIgnoreCase);
        });

        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var token = html.Split("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"")[1].Split('"')[0];
        var sent = cookies[0].Split(';')[0];
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, token, sent["__Host-".Length..]));
        Assert.NotEqual(HttpStatusCode.BadRequest, await PostAsync(client, token, sent));
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string token, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/login")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token }),
        };
        request.Headers.Add("Cookie", cookie);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
