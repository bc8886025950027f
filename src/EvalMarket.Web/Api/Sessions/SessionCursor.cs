using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>Where a page of sessions ends, as a cursor: for the API and for pages.</summary>
internal static class SessionCursor
{
    private const string Missing = "-";

    /// <summary>Before a value, so that none looks like a missing one.</summary>
    private const string Given = "=";

    public static string Write(SessionPlace place) =>
        Cursor.Encode(place.Order.ToWire(), place.Key is { } key ? Given + key : Missing, place.Id.Value);

    /// <summary>Null at the first page, and for what is no cursor of a list in this order, which the reader then refuses.</summary>
    public static SessionPlace? Read(QueryReader query, SessionOrder order, string name = "cursor")
    {
        if (query.Cursor(3, name) is not { } parts)
        {
            return null;
        }

        if (SessionOrder.Parse(parts[0]) == order && TypeId.TryParse<SessionId>(parts[2], out var id)
            && (parts[1] == Missing || parts[1].StartsWith(Given, StringComparison.Ordinal))
            && SessionPlace.Parse(order, parts[1] == Missing ? null : parts[1][Given.Length..], id) is { } place)
        {
            return place;
        }

        query.Refuse(name, "This is no cursor of this list in this order.");
        return null;
    }
}
