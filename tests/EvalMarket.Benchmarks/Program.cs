using EvalMarket.Benchmarks;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case ["sessions", .. var rest]:
        await SessionScenario.RunAsync(rest is [var count, ..] ? int.Parse(count) : 100_000, Console.Out, stop.Token);
        return 0;
    case ["pages", .. var others]:
        await PageScenario.RunAsync(others is [var number, ..] ? int.Parse(number) : 100_000, Console.Out, stop.Token);
        return 0;
    case ["datasets", .. var rest]:
        await DatasetScenario.RunAsync(rest is [var items, ..] ? int.Parse(items) : 1_000_000, isCsv: false, Console.Out, stop.Token);
        return 0;
    case ["csv", .. var rest]:
        await DatasetScenario.RunAsync(rest is [var rows, ..] ? int.Parse(rows) : 1_000_000, isCsv: true, Console.Out, stop.Token);
        return 0;
    case ["packages", .. var size]:
        await PackageScenario.RunAsync(size is [var many, ..] ? int.Parse(many) : 200_000, Console.Out, stop.Token);
        return 0;
    case ["zip", var file]:
        // For scripts/check-archives.sh: every entry read to its end, where its checksum is looked at.
        await using (var archive = await System.IO.Compression.ZipFile.OpenReadAsync(file, stop.Token))
        {
            foreach (var entry in archive.Entries)
            {
                await using var content = await entry.OpenAsync(stop.Token);
                await content.CopyToAsync(Stream.Null, stop.Token);
            }
        }

        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/EvalMarket.Benchmarks -- sessions|pages|datasets|csv|packages [how many: 100000 sessions, 1000000 items or rows, 200000 items in a package when absent]");
        return 1;
}
