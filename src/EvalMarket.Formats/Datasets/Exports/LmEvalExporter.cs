using System.IO.Pipelines;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// A task for EleutherAI's LM Evaluation Harness (<c>lm_eval --include_path .</c>): <c>{task}.yaml</c> and <c>{task}.jsonl</c>. Multiple choice when every
/// item is one, else free generation compared with the expected output.
/// </summary>
public sealed class LmEvalExporter : IDatasetExporter
{
    public string Format => "lm-eval";

    public string DisplayName => "LM Evaluation Harness";

    public string Summary => "A ZIP with the task's YAML and its documents as JSONL.";

    public string ContentType => "application/zip";

    public string FileExtension => "zip";

    public IEnumerable<string> Losses(ExportItem item) => TaskLines.Losses(item);

    public async Task WriteAsync(IExportSource source, PipeWriter output, CancellationToken cancellationToken)
    {
        var areChoices = await TaskLines.AreChoicesAsync(source, cancellationToken);
        var (task, time) = (source.Dataset.TaskName, source.Dataset.CreatedAt);
        await ExportZip.WriteAsync(
            output,
            async archive =>
            {
                await archive.AddTextAsync($"{task}.yaml", Yaml(task, source.Dataset.Version, areChoices), time, cancellationToken);
                await archive.AddAsync($"{task}.jsonl", pipe => JsonLinesExporter.WriteLinesAsync(source, pipe, TaskLines.Write, cancellationToken), time, cancellationToken);
            },
            cancellationToken);
    }

    private static string Yaml(string task, long version, bool areChoices) =>
        $"""
        task: {task}
        dataset_path: json
        dataset_kwargs:
          data_files:
            test: {task}.jsonl
        test_split: test

        """ + (areChoices
        ? """
        output_type: multiple_choice
        doc_to_text: prompt
        doc_to_target: gold
        doc_to_choice: choices
        metric_list:
          - metric: acc
            aggregation: mean
            higher_is_better: true

        """
        : """
        output_type: generate_until
        doc_to_text: prompt
        doc_to_target: target
        generation_kwargs:
          until: []
          do_sample: false
        metric_list:
          - metric: exact_match
            aggregation: mean
            higher_is_better: true

        """) + $"""
        metadata:
          version: {version}

        """;
}
