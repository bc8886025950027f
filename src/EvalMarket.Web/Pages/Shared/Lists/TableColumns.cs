namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>The columns that a list offers, and which of them a person sees: kept in a cookie, so that the first answer has the right table.</summary>
/// <param name="cookie">Its name.</param>
/// <param name="all">All, in the order in which they are offered.</param>
/// <param name="standard">What people see who have chosen nothing, as keys joined by dots.</param>
internal sealed class TableColumns<T>(string cookie, IReadOnlyList<T> all, string standard)
    where T : TableColumn
{
    private const char Separator = '.';

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    public IReadOnlyList<T> All => all;

    /// <summary>Columns by their keys, in that order; what is none is passed over. Null when nothing is said.</summary>
    public IReadOnlyList<T>? Read(string? keys) =>
        keys is null ? null : [.. keys.Split(Separator).Distinct(StringComparer.Ordinal).Select(key => all.FirstOrDefault(column => column.Key == key)).OfType<T>()];

    public static string Write(IEnumerable<T> columns) => string.Join(Separator, columns.Select(column => column.Key));

    /// <summary>What the address says, or else the person, or else the list.</summary>
    public IReadOnlyList<T> Of(HttpContext http, string? asked) => Read(asked) ?? Read(http.Request.Cookies[cookie]) ?? Read(standard)!;

    /// <summary>Reads the form: the ticked columns in its order, and what its button does to them.</summary>
    public IReadOnlyList<T> Read(IFormCollection form)
    {
        if (form.ContainsKey(ColumnForm.Reset))
        {
            return Read(standard)!;
        }

        var columns = Read(string.Join(Separator, form[ColumnForm.Shown].OfType<string>()))!.ToList();
        if (form[ColumnForm.Move].ToString().Split(':') is [var key, var way] && columns.FindIndex(column => column.Key == key) is >= 0 and var at)
        {
            var to = Math.Clamp(at + (way == "up" ? -1 : 1), 0, columns.Count - 1);
            (columns[at], columns[to]) = (columns[to], columns[at]);
        }

        return columns;
    }

    public void Keep(HttpContext http, IReadOnlyList<T> columns) =>
        http.Response.Cookies.Append(cookie, Write(columns), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Lifetime,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
        });
}
