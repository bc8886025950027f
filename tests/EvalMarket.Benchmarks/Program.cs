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
    case ["datasets", .. var rest]:
        await DatasetScenario.RunAsync(rest is [var items, ..] ? int.Parse(items) : 1_000_000, Console.Out, stop.Token);
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: dotnet run -c Release --project tests/EvalMarket.Benchmarks -- sessions|datasets [how many]: 100,000 sessions or 1,000,000 items when absent");
        return 1;
}
