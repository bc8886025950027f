using System.IO.Pipelines;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>
/// A custom task for Hugging Face's LightEval (<c>lighteval … --custom-tasks {task}.py</c>): <c>{task}.py</c> and <c>{task}.jsonl</c> beside it.
/// </summary>
public sealed class LightEvalExporter : IDatasetExporter
{
    public string Format => "lighteval";

    public string DisplayName => "LightEval";

    public string Summary => "A ZIP with a task file in Python and its lines as JSONL.";

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
                await archive.AddTextAsync($"{task}.py", Python(task, source.Dataset.Version, areChoices), time, cancellationToken);
                await archive.AddAsync($"{task}.jsonl", pipe => JsonLinesExporter.WriteLinesAsync(source, pipe, TaskLines.Write, cancellationToken), time, cancellationToken);
            },
            cancellationToken);
    }

    private static string Python(string task, long version, bool areChoices) =>
        $$""""
        """LightEval task {{task}}, version {{version}}."""

        from pathlib import Path

        from lighteval.metrics.metrics import Metrics
        from lighteval.tasks.lighteval_task import LightevalTaskConfig
        from lighteval.tasks.requests import Doc


        def prompt_fn(line, task_name: str = None):
            return Doc(
                task_name=task_name,
                query=line["prompt"],
                choices=line["choices"],
                gold_index=line["gold"],
            )


        task = LightevalTaskConfig(
            name="{{task}}",
            prompt_function=prompt_fn,
            hf_repo="json",
            hf_subset="default",
            hf_data_files={"test": str(Path(__file__).parent / "{{task}}.jsonl")},
            hf_avail_splits=["test"],
            evaluation_splits=["test"],
            metrics=[{{(areChoices ? "Metrics.loglikelihood_acc" : "Metrics.exact_match")}}],
            generation_size={{(areChoices ? "1" : "2048")}},
            stop_sequence=[],
            version={{version}},
        )

        TASKS_TABLE = [task]

        """";
}
