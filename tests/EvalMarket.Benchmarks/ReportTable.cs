namespace EvalMarket.Benchmarks;

/// <summary>The figures as a Markdown table, a line as soon as it is known.</summary>
internal sealed class ReportTable(TextWriter report)
{
    private bool hasHead;

    public async Task AddAsync(string what, string figure)
    {
        if (!hasHead)
            await report.WriteLineAsync("\n| What | Figure |\n|---|---|");
        hasHead = true;
        await report.WriteLineAsync($"| {what} | {figure} |");
        await report.FlushAsync();
    }
}
