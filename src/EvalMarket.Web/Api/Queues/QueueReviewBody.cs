using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;

namespace EvalMarket.Web.Api.Queues;

/// <summary>A review, a skip or a decision in a request.</summary>
/// <param name="Skip">Why the session is passed over; null for a review.</param>
/// <param name="Take">In a decision: the reviewer whose review is the result.</param>
internal sealed record QueueReviewBody(SessionId Session, QueueLabels? Labels, string? Skip, string? Take)
{
    /// <summary>Reads <c>{session_id, status, notes, tags, expected_output, flag}</c> or <c>{session_id, skip}</c>.</summary>
    public static QueueReviewBody ReadReview(JsonElement json, Limits limits, List<ContentError> errors)
    {
        var body = Read(json, "skip", "session_id, status, notes, tags, expected_output, flag, skip", limits, errors);
        if (errors.Count == 0 && (body.Labels is null) == (body.Skip is null))
        {
            errors.Add(new ContentError("Give either status, with what belongs to a review, or skip with the reason.", ""));
        }

        return body;
    }

    /// <summary>Reads <c>{session_id, take}</c> or <c>{session_id, status, notes, tags, expected_output}</c>.</summary>
    public static QueueReviewBody ReadDecision(JsonElement json, Limits limits, List<ContentError> errors)
    {
        var body = Read(json, "take", "session_id, take, status, notes, tags, expected_output", limits, errors);
        if (errors.Count == 0 && (body.Labels is null) == (body.Take is null))
        {
            errors.Add(new ContentError("Give either take, the reviewer whose review is the result, or status with what belongs to it.", ""));
        }

        return body;
    }

    private static QueueReviewBody Read(JsonElement json, string other, string known, Limits limits, List<ContentError> errors)
    {
        SessionId? session = null;
        EvalStatus? status = null;
        string? notes = null, expected = null, flag = null, skip = null, take = null;
        IReadOnlyList<string> tags = [];
        var labelled = false;
        foreach (var property in QueueFields.Of(json, errors))
        {
            var (value, name, at) = (property.Value, property.Name, $"/{property.Name}");
            labelled |= name is "notes" or "tags" or "expected_output" or "flag" && value.ValueKind != JsonValueKind.Null;
            switch (name)
            {
                case "session_id":
                    session = value.ValueKind == JsonValueKind.String && TypeId.TryParse<SessionId>(value.GetString(), out var id) ? id : null;
                    break;
                case "status":
                    status = value.ValueKind == JsonValueKind.String && EvalStatuses.TryParse(value.GetString(), out var given) ? given : null;
                    if (status is null)
                    {
                        errors.Add(new ContentError($"Must be one of {string.Join(", ", EvalStatuses.WireNames)}.", at));
                    }

                    break;
                case "notes":
                    notes = QueueFields.Words(value, at, errors);
                    break;
                case "expected_output":
                    expected = QueueFields.Words(value, at, errors);
                    break;
                case "tags":
                    tags = LabelChangeBody.Tags(value, at, limits, errors);
                    break;
                case "flag" when other == "skip":
                    flag = QueueFields.Words(value, at, errors);
                    break;
                case "skip" when other == "skip":
                    skip = QueueFields.Text(value, at, errors);
                    break;
                case "take" when other == "take":
                    take = QueueFields.Words(value, at, errors);
                    break;
                default:
                    QueueFields.Unknown(name, known, errors);
                    break;
            }
        }

        if (session is null)
        {
            errors.Add(new ContentError("Must be an id that starts with ses_.", "/session_id"));
        }

        if (status is null && labelled && !errors.Exists(error => error.Path == "/status"))
        {
            errors.Add(new ContentError($"Give the label: one of {string.Join(", ", EvalStatuses.WireNames)}.", "/status"));
        }

        return new QueueReviewBody(
            session ?? default,
            status is { } label ? new QueueLabels { Status = label, Notes = notes, Tags = tags, ExpectedOutput = expected, Flag = flag } : null,
            skip,
            take);
    }
}
