using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Toasts that are shown after the redirect: they travel in TempData, which is a protected cookie.</summary>
internal static class PageToasts
{
    private const string Key = "toasts";

    /// <summary>Shows the message with the page that the person is sent to.</summary>
    public static void Toast(this PageModel page, ToastMessage message) =>
        page.TempData[Key] = JsonSerializer.Serialize([.. Read(page.TempData.Peek(Key)), message], PageToastsJson.Default.ToastMessageArray);

    /// <summary>Says why nothing was done: at once, or on the page that the person is sent to.</summary>
    /// <param name="address">Where browsers without scripts go.</param>
    public static IActionResult Refuse(this PageModel page, ToastMessage message, string address)
    {
        if (!page.Request.Headers.ContainsKey("HX-Request"))
        {
            page.Toast(message);
            return new RedirectResult(address);
        }

        page.Response.Headers["HX-Trigger"] = message.ToTrigger();
        page.Response.Headers["HX-Reswap"] = "none";
        return new OkResult();
    }

    /// <summary>What the request before left to say; it is said once.</summary>
    public static IReadOnlyList<ToastMessage> Take(ITempDataDictionary data) => Read(data[Key]);

    private static ToastMessage[] Read(object? value) =>
        value is string text ? JsonSerializer.Deserialize(text, PageToastsJson.Default.ToastMessageArray) ?? [] : [];
}

[JsonSerializable(typeof(ToastMessage[]))]
internal sealed partial class PageToastsJson : JsonSerializerContext;
