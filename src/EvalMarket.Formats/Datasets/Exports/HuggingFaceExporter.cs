using System.IO.Pipelines;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// A folder that Hugging Face's <c>load_dataset("./folder")</c> reads: <c>data/test.jsonl</c>, the dataset card <c>README.md</c>, and Croissant 1.0
/// (<c>croissant.json</c>). All lines have the same columns; free JSON is a text in them.
/// </summary>
public sealed class HuggingFaceExporter : IDatasetExporter
{
    private const string DataPath = "data/test.jsonl";

    private static readonly (string Name, string Description)[] Columns =
    [
        ("id", "Identifier of the item."),
        ("section", "Name of the section that the item is in."),
        ("input", "What a person said."),
        ("output", "The answer that is expected; empty when there is none."),
        ("context", "Context variables, as a JSON object in a text."),
        ("participant_data", "What is known about the person, as a JSON object in a text."),
        ("session_state", "State of the session, as a JSON object in a text."),
        ("metadata", "Everything else about the item, as a JSON object in a text."),
    ];

    public string Format => "huggingface";

    public string DisplayName => "Hugging Face dataset";

    public string Summary => "A ZIP with the data, a dataset card and Croissant metadata.";

    public string ContentType => "application/zip";

    public string FileExtension => "zip";

    public IEnumerable<string> Losses(ExportItem item) => ItemLosses.Of(item.Item, ItemParts.Assets);

    public Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken) => ExportZip.WriteAsync(
        output,
        async archive =>
        {
            var time = source.Dataset.CreatedAt;
            await archive.AddTextAsync("README.md", Card(source.Dataset), time, cancellationToken);
            var facts = await archive.AddAsync(DataPath, pipe => JsonLinesExporter.WriteLinesAsync(source, pipe, Write, cancellationToken), time, cancellationToken);
            await archive.AddTextAsync("croissant.json", Croissant(source.Dataset, facts), time, cancellationToken);
        },
        cancellationToken);

    private static bool Write(Utf8JsonWriter writer, ExportItem exported)
    {
        var item = exported.Item;
        writer.WriteStartObject();
        ItemJson.Text(writer, "id", item.Id?.Value ?? "");
        ItemJson.Text(writer, "section", exported.Section);
        ItemJson.Text(writer, "input", item.Input);
        ItemJson.Text(writer, "output", item.Output);
        writer.WriteStartArray("history");
        foreach (var message in item.History)
        {
            writer.WriteStartObject();
            writer.WriteString("message_type", message.Type.ToWire());
            ItemJson.Text(writer, "content", message.Content);
            new FieldWriter(writer, AllKeys: true).Text("summary", message.Summary);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        ItemJson.Text(writer, "context", JsonObjects.Compact(item.Context));
        ItemJson.Text(writer, "participant_data", JsonObjects.Compact(item.ParticipantData));
        ItemJson.Text(writer, "session_state", JsonObjects.Compact(item.SessionState));
        ItemJson.RestText(writer, "metadata", exported, ItemParts.Assets | ItemParts.Source | ItemParts.Metadata | ItemParts.Question);
        writer.WriteEndObject();
        return true;
    }

    private static string Card(ExportedDataset dataset) =>
        $$"""
        ---
        pretty_name: {{JsonObjects.OfText(dataset.Name).GetRawText()}}
        license: other
        task_categories:
        - question-answering
        size_categories:
        - {{SizeCategory(dataset.ItemCount)}}
        configs:
        - config_name: default
          data_files:
          - split: test
            path: {{DataPath}}
        ---

        # {{dataset.Name.ReplaceLineEndings(" ")}}

        {{(dataset.Description.Length > 0 ? dataset.Description + "\n" : "")}}
        Version {{dataset.Version}} of {{Rfc3339.Format(dataset.CreatedAt)}}, {{dataset.ItemCount}} {{(dataset.ItemCount == 1 ? "item" : "items")}}.

        | column | |
        |---|---|
        {{string.Join("\n", Columns.Select(column => $"| `{column.Name}` | {column.Description} |"))}}
        | `history` | Messages before the input: `message_type` (human, ai, system), `content`, `summary`. |

        """;

    private static string SizeCategory(long items) => items switch
    {
        < 1_000 => "n<1K",
        < 10_000 => "1K<n<10K",
        < 100_000 => "10K<n<100K",
        < 1_000_000 => "100K<n<1M",
        < 10_000_000 => "1M<n<10M",
        _ => "10M<n<100M",
    };

    private static string Croissant(ExportedDataset dataset, EntryFacts data) => JsonObjects.MakeText(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("@context");
        writer.WriteRawValue(
            """{"@language":"en","@vocab":"https://schema.org/","citeAs":"cr:citeAs","column":"cr:column","conformsTo":"dct:conformsTo","cr":"http://mlcommons.org/croissant/","rai":"http://mlcommons.org/croissant/RAI/","data":{"@id":"cr:data","@type":"@json"},"dataType":{"@id":"cr:dataType","@type":"@vocab"},"dct":"http://purl.org/dc/terms/","examples":{"@id":"cr:examples","@type":"@json"},"extract":"cr:extract","field":"cr:field","fileProperty":"cr:fileProperty","fileObject":"cr:fileObject","fileSet":"cr:fileSet","format":"cr:format","includes":"cr:includes","isLiveDataset":"cr:isLiveDataset","jsonPath":"cr:jsonPath","key":"cr:key","md5":"cr:md5","parentField":"cr:parentField","path":"cr:path","recordSet":"cr:recordSet","references":"cr:references","regex":"cr:regex","repeated":"cr:repeated","replace":"cr:replace","sc":"https://schema.org/","separator":"cr:separator","source":"cr:source","subField":"cr:subField","transform":"cr:transform"}""");
        writer.WriteString("@type", "sc:Dataset");
        writer.WriteString("conformsTo", "http://mlcommons.org/croissant/1.0");
        ItemJson.Text(writer, "name", dataset.TaskName);
        ItemJson.Text(writer, "alternateName", dataset.Name);
        ItemJson.Text(writer, "description", dataset.Description.Length > 0 ? dataset.Description : dataset.Name);
        writer.WriteString("identifier", dataset.Id);
        writer.WriteString("version", $"{dataset.Version}.0.0");
        writer.WriteString("datePublished", Rfc3339.Format(dataset.CreatedAt));
        writer.WriteStartArray("distribution");
        writer.WriteStartObject();
        writer.WriteString("@type", "cr:FileObject");
        writer.WriteString("@id", DataPath);
        writer.WriteString("name", DataPath);
        writer.WriteString("contentUrl", DataPath);
        writer.WriteString("contentSize", $"{data.Bytes} B");
        writer.WriteString("encodingFormat", "application/jsonlines");
        writer.WriteString("sha256", data.Sha256);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartArray("recordSet");
        writer.WriteStartObject();
        writer.WriteString("@type", "cr:RecordSet");
        writer.WriteString("@id", "items");
        writer.WriteString("name", "items");
        writer.WriteStartArray("field");
        foreach (var (name, description) in Columns)
        {
            Field(writer, $"items/{name}", description, $"$.{name}");
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }) + "\n";

    private static void Field(Utf8JsonWriter writer, string id, string description, string path)
    {
        writer.WriteStartObject();
        writer.WriteString("@type", "cr:Field");
        writer.WriteString("@id", id);
        writer.WriteString("name", id);
        writer.WriteString("description", description);
        writer.WriteString("dataType", "sc:Text");
        writer.WriteStartObject("source");
        writer.WriteStartObject("fileObject");
        writer.WriteString("@id", DataPath);
        writer.WriteEndObject();
        writer.WriteStartObject("extract");
        writer.WriteString("jsonPath", path);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
