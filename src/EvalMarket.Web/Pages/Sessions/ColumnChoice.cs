namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Which columns a person sees in a list: kept in a cookie, so that the first answer has the right table.</summary>
internal static class ColumnChoice
{
    /// <summary>A column that is ticked.</summary>
    public const string Shown = "show";

    /// <summary>A button that moves a column: <c>tags:up</c>, <c>tags:down</c>.</summary>
    public const string Move = "move";

    /// <summary>The button that goes back to the list's own columns.</summary>
    public const string Reset = "reset";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>What the address says, or else the person, or else the list.</summary>
    public static IReadOnlyList<SessionTableColumn> Of(HttpContext http, SessionAddress address) =>
        SessionTableColumn.Read(address.Columns) ?? SessionTableColumn.Read(http.Request.Cookies[CookieOf(address.IsEvals)]) ?? SessionTableColumn.Default(address.IsEvals);

    /// <summary>Reads the form: the ticked columns in its order, and what its button does to them.</summary>
    public static IReadOnlyList<SessionTableColumn> Read(IFormCollection form, bool isEvals)
    {
        if (form.ContainsKey(Reset))
        {
            return SessionTableColumn.Default(isEvals);
        }

        var columns = SessionTableColumn.Read(string.Join('.', form[Shown].OfType<string>()))!.ToList();
        if (form[Move].ToString().Split(':') is [var key, var way] && columns.FindIndex(column => column.Key == key) is >= 0 and var at)
        {
            var to = Math.Clamp(at + (way == "up" ? -1 : 1), 0, columns.Count - 1);
            (columns[at], columns[to]) = (columns[to], columns[at]);
        }

        return columns;
    }

    public static void Keep(HttpContext http, bool isEvals, IReadOnlyList<SessionTableColumn> columns) =>
        http.Response.Cookies.Append(CookieOf(isEvals), SessionTableColumn.Write(columns), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Lifetime,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
        });

    private static string CookieOf(bool isEvals) => isEvals ? "columns-evals" : "columns-sessions";
}
