using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EvalMarket.Core.Runs;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Runs;

namespace EvalMarket.Web.Api.Runs;

/// <summary>Runs in the API's terms.</summary>
internal sealed class RunAnswer(RunDirectory runs) : IRunAnswers
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task<string> WriteAsync(RunId run, CancellationToken cancellationToken)
    {
        var view = await runs.FindAsync(run, cancellationToken);
        using var bytes = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            if (view is null)
            {
                // Deleted before anybody asked.
                writer.WriteNullValue();
            }
            else
            {
                Write(writer, view);
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>A run in a list.</summary>
    public static void WriteRow(Utf8JsonWriter writer, RunRow run)
    {
        writer.WriteStartObject();
        WriteHead(writer, run);
        writer.WriteNumber("result_count", run.Results);
        writer.WriteNumber("passed", run.Passed);
        writer.WriteNumber("failed", run.Failed);
        Number(writer, "pass_rate", run.PassRate);
        Number(writer, "mean_score", run.MeanScore);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, RunView view)
    {
        var (row, run) = (view.Row, view.Document);
        writer.WriteStartObject();
        WriteHead(writer, row);
        writer.WritePropertyName("run_config");
        if (run.RunConfig is { } config)
        {
            JsonText.WriteElement(writer, config);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteBoolean("has_lighteval_config", run.LightEvalConfig is not null);
        writer.WriteStartArray("removed");
        foreach (var secret in run.Removed)
        {
            writer.WriteStartObject();
            writer.WriteString("file", secret.File);
            writer.WriteString("path", secret.Path);
            writer.WriteString("reason", secret.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteNumbers(writer, run.Statistics.All);
        writer.WritePropertyName("scores");
        if (run.Statistics.Scores is { } scores)
        {
            writer.WriteStartObject();
            writer.WriteNumber("from", scores.From);
            writer.WriteNumber("to", scores.To);
            writer.WriteStartArray("counts");
            foreach (var count in scores.Counts)
            {
                writer.WriteNumberValue(count);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WritePropertyName("latency_ms");
        if (run.Statistics.Latency is { } latency)
        {
            writer.WriteStartObject();
            writer.WriteNumber("mean", latency.Mean);
            writer.WriteNumber("median", latency.Median);
            writer.WriteNumber("p95", latency.Percentile95);
            writer.WriteNumber("max", latency.Most);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteStartArray("sections");
        foreach (var section in run.Sections)
        {
            writer.WriteStartObject();
            writer.WriteString("id", section.Id.Value);
            writer.WriteString("name", section.Name);
            WriteNumbers(writer, section.Statistics);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, RunRow run)
    {
        writer.WriteString("id", run.Id.Value);
        writer.WriteString("dataset_id", run.DatasetId.Value);
        writer.WriteNumber("dataset_version", run.DatasetVersion);
        writer.WriteString("name", run.Name);
        writer.WriteString("model", run.Model);
        writer.WriteString("provider", run.Provider);
        writer.WriteString("status", run.Status.ToWire());
        writer.WriteString("created_at", Rfc3339.Format(run.CreatedAt));
        writer.WriteString("created_by", run.CreatedBy);
    }

    private static void WriteNumbers(Utf8JsonWriter writer, RunNumbers numbers)
    {
        writer.WriteNumber("result_count", numbers.Results);
        writer.WriteNumber("passed", numbers.Passed);
        writer.WriteNumber("failed", numbers.Failed);
        writer.WriteNumber("unjudged", numbers.Unjudged);
        writer.WriteNumber("errors", numbers.Errors);
        Number(writer, "pass_rate", numbers.PassRate);
        Number(writer, "mean_score", numbers.MeanScore);
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
