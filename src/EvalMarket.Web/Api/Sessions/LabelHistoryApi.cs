using System.Globalization;
using System.Text.Json;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>Who labelled what and when, and taking it back.</summary>
internal static class LabelHistoryApi
{
    public static void MapLabelHistory(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sessions/{session}/history", HistoryAsync)
            .RequirePermission(Permission.Read)
            .WithTags("Sessions")
            .WithQuery(QueryParameter.Limit, QueryParameter.Cursor)
            .WithSummary("The history of a session's labels")
            .WithDescription("Newest first: `{items, next_cursor}`, each item `{change, at, by, sessions, undoes, fields: [{field, before, after}]}`. `change` is the number of the change, `sessions` how many it changed in all, `undoes` the change that it took back.");
        api.MapPost("/changes/{change}/undo", UndoAsync)
            .RequirePermission(Permission.Label)
            .WithTags("Sessions")
            .WithCurl("-X POST")
            .WithSummary("Take a change of labels back")
            .WithDescription("Gives the sessions of a change the values from before it, in one step, but for those whose labels somebody else has changed since → `{restored, kept, change}`. `change` is the number of the undo, which can be taken back as well; null when nothing is different.");
    }

    private static async Task<IResult> HistoryAsync(string session, HttpContext http, LabelHistory history, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        var before = ReadCursor(query);
        if (!TypeId.TryParse<SessionId>(session, out var id) || await history.ListAsync(id, before, limit, cancellationToken) is not { } page)
        {
            return Problem.NotFound();
        }

        return query.Failed(out var problem) ? problem : new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var entry in page.Items)
            {
                Write(writer, entry);
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", page.Next is { } next ? Cursor.Encode(next.ToString(CultureInfo.InvariantCulture)) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> UndoAsync(string change, SessionLabels labels, CancellationToken cancellationToken)
    {
        if (!long.TryParse(change, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return Problem.NotFound();
        }

        var outcome = await labels.UndoAsync(number, null, cancellationToken);
        return outcome.Succeeded(out var undo, out var failure)
            ? new JsonAnswer(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("restored", undo.Restored);
                writer.WriteNumber("kept", undo.Kept);
                WriteNumber(writer, "change", undo.Change);
                writer.WriteEndObject();
            })
            : failure.ToProblem();
    }

    private static long? ReadCursor(QueryReader query)
    {
        if (query.Cursor(1) is not { } parts)
        {
            return null;
        }

        if (long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var before))
        {
            return before;
        }

        query.Refuse("cursor", "This is no cursor of this list.");
        return null;
    }

    private static void Write(Utf8JsonWriter writer, LabelHistoryEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteNumber("change", entry.Change);
        writer.WriteString("at", entry.At.UtcDateTime.ToString(TimeConverter.Format));
        writer.WriteString("by", entry.By);
        writer.WriteNumber("sessions", entry.Sessions);
        WriteNumber(writer, "undoes", entry.Undoes);
        writer.WriteStartArray("fields");
        WriteField(writer, entry, LabelFields.EvalReady, "eval_ready", labels => writer.WriteBooleanValue(labels.EvalReady));
        WriteField(writer, entry, LabelFields.Status, "eval_status", labels => writer.WriteStringValue(labels.Status?.ToWire()));
        WriteField(writer, entry, LabelFields.Notes, "eval_notes", labels => writer.WriteStringValue(labels.Notes));
        WriteField(writer, entry, LabelFields.ExpectedOutput, "expected_output", labels => writer.WriteStringValue(labels.ExpectedOutput));
        WriteField(writer, entry, LabelFields.Tags, "eval_tags", labels =>
        {
            writer.WriteStartArray();
            foreach (var tag in labels.Tags)
            {
                writer.WriteStringValue(tag);
            }

            writer.WriteEndArray();
        });
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter writer, LabelHistoryEntry entry, LabelFields field, string name, Action<EvalLabels> write)
    {
        if (!entry.Fields.HasFlag(field))
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("field", name);
        writer.WritePropertyName("before");
        write(entry.Before);
        writer.WritePropertyName("after");
        write(entry.After);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? number)
    {
        writer.WritePropertyName(name);
        if (number is { } value)
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
