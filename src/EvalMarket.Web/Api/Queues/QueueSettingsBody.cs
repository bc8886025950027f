using System.Text.Json;
using EvalMarket.Core.Annotation;
using EvalMarket.Formats;

namespace EvalMarket.Web.Api.Queues;

/// <summary>The settings of a queue in a request. Absent means untouched, or the usual for a new one.</summary>
internal static class QueueSettingsBody
{
    private const string Known = "name, instructions, reviews_per_session, blind, status, reservation_minutes, reviewers";

    public static QueueSettings Read(JsonElement json, List<ContentError> errors)
    {
        var settings = new QueueSettings();
        foreach (var property in QueueFields.Of(json, errors))
        {
            var (value, at) = (property.Value, $"/{property.Name}");
            switch (property.Name)
            {
                case "name":
                    settings = settings with { Name = (QueueFields.Text(value, at, errors) ?? "").Trim() };
                    break;
                case "instructions":
                    settings = settings with { Instructions = QueueFields.Text(value, at, errors) ?? "" };
                    break;
                case "reviews_per_session":
                    settings = settings with { ReviewsPerSession = QueueFields.Number(value, at, errors) };
                    break;
                case "blind":
                    settings = settings with { Blind = QueueFields.Flag(value, at, errors) };
                    break;
                case "status":
                    settings = settings with { Status = QueueFields.Text(value, at, errors) ?? "" };
                    break;
                case "reservation_minutes":
                    settings = settings with { ReservationMinutes = QueueFields.Number(value, at, errors) };
                    break;
                case "reviewers":
                    settings = settings with { Reviewers = QueueFields.Texts(value, at, errors) };
                    break;
                default:
                    QueueFields.Unknown(property.Name, Known, errors);
                    break;
            }
        }

        return settings;
    }
}
