using System.Globalization;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>Where a page of sessions ends, as a cursor: for the API and for pages.</summary>
internal static class SessionCursor
{
    public static string Write(SessionPosition position) =>
        Cursor.Encode(position.CreatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture), position.Id.Value);

    /// <summary>Null at the first page, and for what is no cursor, which the reader then refuses.</summary>
    public static SessionPosition? Read(QueryReader query, string name = "cursor")
    {
        if (query.Cursor(2, name) is not { } parts)
        {
            return null;
        }

        if (long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            && TypeId.TryParse<SessionId>(parts[1], out var id))
        {
            return new SessionPosition(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        }

        query.Refuse("cursor", "This is no cursor of this list.");
        return null;
    }
}
