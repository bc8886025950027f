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
        await DatasetScenario.RunAsync(rest is [var items, ..] ? int.Parse(items) : 1_000_000, Console.Out, stop.Token);
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/EvalMarket.Benchmarks -- sessions|pages|datasets [how many: 100000 sessions, 1000000 items when absent]");
        return 1;
}
