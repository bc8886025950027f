using System.Buffers;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Runs;

/// <summary>What a run made of one item: a line of <c>results.jsonl</c>. What a line has beside these members is kept behind them.</summary>
public sealed record RunResult
{
    /// <summary>As the file names the item: ours, or that of the system whose package it is.</summary>
    public required string ItemId { get; init; }

    /// <summary>The model's answer; null when there is none, because of <see cref="Error"/>.</summary>
    public string? Response { get; init; }

    /// <summary>On whatever scale the run has.</summary>
    public double? Score { get; init; }

    public bool? Passed { get; init; }

    public double? LatencyMs { get; init; }

    /// <summary>Any JSON: tokens, cost.</summary>
    public JsonElement? Usage { get; init; }

    public string? Error { get; init; }

    /// <summary>Any JSON: how the single criteria were judged.</summary>
    public JsonElement? Criteria { get; init; }

    /// <summary>The other members, in the order of the file.</summary>
    public IReadOnlyList<(string Name, JsonElement Value)> Others { get; init; } = [];

    /// <summary>Failures first: what failed, then what was not judged, then what passed.</summary>
    public bool HasFailed => Passed == false || Error is not null;

    /// <summary>Reads a line; what is wrong with it goes to <paramref name="errors"/>, tokens in it are taken out and said to be.</summary>
    public static RunResult? Read(ReadOnlyMemory<byte> line, List<ContentError> errors, List<RemovedSecret> removed)
    {
        var before = errors.Count;
        try
        {
            using var document = JsonDocument.Parse(WellFormedText.OfJson(line, out _), JsonText.ReadOptions);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new ContentError("A result is a JSON object.", ""));
                return null;
            }

            var (root, secrets) = SecretRemoval.Clean(document.RootElement);
            removed.AddRange(secrets);
            var result = Read(root, new FieldChecks(errors));
            return errors.Count == before ? result : null;
        }
        catch (JsonException exception)
        {
            errors.Add(new ContentError(JsonProblem.Describe(exception)));
            return null;
        }
    }

    /// <summary>Reads a line that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such line: a file was changed from outside.</exception>
    public static RunResult ReadStored(ReadOnlyMemory<byte> line)
    {
        List<ContentError> errors = [];
        using var document = JsonDocument.Parse(line, JsonText.ReadOptions);
        return Read(document.RootElement.Clone(), new FieldChecks(errors)) is { } result && errors.Count == 0
            ? result
            : throw new InvalidDataException($"A stored result cannot be read: {errors[0].Message}");
    }

    /// <summary>Writes the line, without its end. Members without a value are left out.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, JsonText.WriterOptions);
        writer.WriteStartObject();
        var fields = new FieldWriter(writer, AllKeys: false);
        fields.Text("item_id", ItemId);
        fields.Text("response", Response);
        Number(writer, "score", Score);
        fields.Flag("passed", Passed);
        Number(writer, "latency_ms", LatencyMs);
        fields.Element("usage", Usage);
        fields.Text("error", Error);
        fields.Element("criteria", Criteria);
        foreach (var (name, value) in Others)
        {
            writer.WritePropertyName(name);
            JsonText.WriteElement(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static RunResult Read(JsonElement root, FieldChecks checks)
    {
        string? item = null, response = null, error = null;
        double? score = null, latency = null;
        bool? passed = null;
        JsonElement? usage = null, criteria = null;
        List<(string, JsonElement)> others = [];
        foreach (var member in root.EnumerateObject())
        {
            var value = member.Value;
            var path = FieldChecks.At("", member.Name);
            switch (member.Name)
            {
                case "item_id":
                    item = checks.Text(value, path, 300, isName: true);
                    break;
                case "response":
                    response = TextOf(value);
                    break;
                case "score":
                    score = Number(checks, value, path, -1e12);
                    break;
                case "passed":
                    passed = checks.Flag(value, path);
                    break;
                case "latency_ms":
                    latency = Number(checks, value, path, 0);
                    break;
                case "usage" when value.ValueKind != JsonValueKind.Null:
                    usage = value;
                    break;
                case "error":
                    error = TextOf(value);
                    break;
                case "criteria" when value.ValueKind != JsonValueKind.Null:
                    criteria = value;
                    break;
                case "usage" or "criteria":
                    break;
                default:
                    others.Add((member.Name, value));
                    break;
            }
        }

        if (item is null && !root.TryGetProperty("item_id", out _))
        {
            checks.Add("/item_id", "A result names its item.");
        }

        if (response is null && error is null)
        {
            checks.Add("/response", "A result has a response, or an error.");
        }

        return new RunResult
        {
            ItemId = item ?? "",
            Response = response,
            Score = score,
            Passed = passed,
            LatencyMs = latency,
            Usage = usage,
            Error = error,
            Criteria = criteria,
            Others = others,
        };
    }

    /// <summary>Text as it is; an answer of another kind as its JSON.</summary>
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static double? Number(FieldChecks checks, JsonElement value, string path, double least)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= 1e12)
        {
            return number;
        }

        checks.Add(path, least < 0 ? "This must be a number." : "This must be a number, 0 or more.");
        return null;
    }
}
