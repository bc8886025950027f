namespace EvalMarket.Tests; public sealed class Placeholder { [Fact] public void T() => Assert.NotNull(this); }
