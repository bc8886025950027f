using EvalMarket.Web.Infrastructure;

return await EvalMarketApplication.RunAsync(args, Console.Error);
