using System.Text.Json;
using EvalMarket.Formats.Runs;

namespace EvalMarket.Formats.Tests.Runs;

public sealed class LightEvalConfigTests
{
    [Fact]
    public void Eval752s_list_becomes_the_mapping_that_LightEval_loads()
    {
        const string Yaml = """
            # a comment
            model_parameters:
              - model_name: "openai/gpt-4o"
                provider: openai
                api_key: abcdef
                concurrent_requests: 8
                favourite_colour: blue
                generation_parameters: {temperature: 0.2, max_tokens: 512, stop: "END", mood: good}
            """;
        List<RemovedSecret> removed = [];

        var written = LightEvalConfig.Rewrite(Yaml, removed);

        Assert.Equal(
            """
            model_parameters:
              model_name: "openai/gpt-4o"
              provider: "openai"
              concurrent_requests: 8
              generation_parameters:
                temperature: 0.2
                max_new_tokens: 512
                stop_tokens: ["END"]

            """,
            written);
        Assert.Equal(
            ["/model_parameters/0/api_key", "/model_parameters/favourite_colour", "/model_parameters/generation_parameters/mood"],
            removed.Select(secret => secret.Path));
        Assert.Equal(written, LightEvalConfig.Rewrite(written, []));
    }

    [Fact]
    public void The_configuration_of_a_run_is_written_from_what_the_run_says()
    {
        using var config = JsonDocument.Parse("""{"base_url":"http://127.0.0.1:8000/v1","temperature":0,"max_tokens":64,"seed":7,"dataset":"x"}""");

        Assert.Equal(
            "model_parameters:\n  model_name: \"gpt-5\"\n  provider: \"openai\"\n  base_url: \"http://127.0.0.1:8000/v1\"\n  generation_parameters:\n    temperature: 0\n    max_new_tokens: 64\n    seed: 7\n",
            LightEvalConfig.Write("gpt-5", "openai", config.RootElement));
    }

    [Fact]
    public void Values_that_LightEval_would_refuse_stay_out()
    {
        const string Yaml = """
            model_parameters:
              model_name: gpt-5
              provider: 7
              concurrent_requests: 2.5
              timeout: 30
              generation_parameters: {temperature: warm, top_p: 0.9, top_k: -1, seed: 1.5, frequency_penalty: -0.5, max_tokens: "64", stop: [a, 1]}
            """;
        List<RemovedSecret> removed = [];

        Assert.Equal("model_parameters:\n  model_name: \"gpt-5\"\n  timeout: 30\n  generation_parameters:\n    top_p: 0.9\n", LightEvalConfig.Rewrite(Yaml, removed));
        Assert.Equal(
            ["provider", "concurrent_requests", "temperature", "top_k", "seed", "frequency_penalty", "max_tokens", "stop"],
            removed.Select(each => each.Path[(each.Path.LastIndexOf('/') + 1)..]));
        Assert.All(removed, each => Assert.StartsWith("LightEval takes", each.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a: *b\n", "Aliases")]
    [InlineData("a: &x {b: 1}\nc: *x\n", "Aliases")]
    [InlineData("a: 1\na: 2\n", "twice")]
    [InlineData("a: [", "not valid YAML")]
    [InlineData("a: 1\n", "no model_parameters")]
    [InlineData("model_parameters: {provider: x}\n", "no model_name")]
    [InlineData("- a\n", "must be a mapping")]
    [InlineData("", "must be a mapping")]
    public void What_is_no_such_configuration_is_refused(string yaml, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => LightEvalConfig.Rewrite(yaml, [])).Message, StringComparison.Ordinal);
}
