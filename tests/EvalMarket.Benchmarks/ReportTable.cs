namespace EvalMarket.Benchmarks;

/// <summary>Figures as a Markdown table, a line as soon as it is known.</summary>
internal sealed class ReportTable(TextWriter report, params IReadOnlyList<string> columns)
{
    private bool hasHead;

    public async Task AddAsync(string what, params IReadOnlyList<string> figures)
    {
        if (!hasHead)
            await report.WriteLineAsync($"\n| What | {string.Join(" | ", columns is [] ? ["Figure"] : columns)} |\n|---{string.Concat(figures.Select(_ => "|---"))}|");
        hasHead = true;
        await report.WriteLineAsync($"| {what} | {string.Join(" | ", figures)} |");
        await report.FlushAsync();
    }
}
