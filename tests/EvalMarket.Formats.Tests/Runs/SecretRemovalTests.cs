using System.Text.Json;
using EvalMarket.Formats.Runs;

namespace EvalMarket.Formats.Tests.Runs;

public sealed class SecretRemovalTests
{
    // Put together here, so that scanners of this repository find nothing.
    private const string Forty = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0";

    [Theory]
    [InlineData("api_key")]
    [InlineData("apiKey")]
    [InlineData("apikey")]
    [InlineData("X-API-Key")]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("authorization")]
    [InlineData("Proxy-Authorization")]
    [InlineData("password")]
    [InlineData("db_password")]
    [InlineData("client_secret")]
    [InlineData("secretAccessKey")]
    [InlineData("aws.secret.access.key")]
    [InlineData("token")]
    [InlineData("hf_token")]
    [InlineData("access_token")]
    [InlineData("accessTokens")]
    [InlineData("refreshToken")]
    [InlineData("private-key")]
    [InlineData("credentials")]
    [InlineData("Set-Cookie")]
    [InlineData("connectionString")]
    [InlineData("auth")]
    public void Names_of_secrets(string name) => Assert.True(SecretNames.IsSecret(name));

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("maxTokens")]
    [InlineData("max_new_tokens")]
    [InlineData("tokenizer")]
    [InlineData("tokens")]
    [InlineData("prompt_tokens")]
    [InlineData("token_count")]
    [InlineData("eos_token")]
    [InlineData("pad_token_id")]
    [InlineData("stop_token")]
    [InlineData("cost_per_token")]
    [InlineData("key")]
    [InlineData("keyboard")]
    [InlineData("monkey")]
    [InlineData("primary_key")]
    [InlineData("secretary")]
    [InlineData("author")]
    [InlineData("authority")]
    [InlineData("passed")]
    [InlineData("pass_rate")]
    [InlineData("api_base")]
    [InlineData("api_key_env")]
    [InlineData("bearing")]
    public void Names_of_other_things(string name) => Assert.False(SecretNames.IsSecret(name));

    [Theory]
    [InlineData("sk-", "sk-proj-")]
    [InlineData("sk-ant-api03-", "hf_")]
    [InlineData("ghp_", "github_pat_")]
    [InlineData("gsk_", "xai-")]
    [InlineData("AIza", "r8_")]
    [InlineData("emk_", "glpat-")]
    [InlineData("npm_", "nvapi-")]
    [InlineData("xoxb-", "pplx-")]
    public void Tokens_by_their_shape(string one, string other)
    {
        foreach (var prefix in (string[])[one, other])
        {
            Assert.Equal("Use [removed], please.", SecretShapes.Remove($"Use {prefix}{Forty}, please."));
        }
    }

    [Theory]
    [InlineData("Authorization: Bearer {0}", "Authorization: Bearer [removed]")]
    [InlineData("curl -H 'x-api-key: {0}' https://example.org", "curl -H 'x-api-key: [removed]' https://example.org")]
    [InlineData("https://example.org/v1?api_key={0}&model=x", "https://example.org/v1?api_key=[removed]&model=x")]
    [InlineData("https://ada:{0}@example.org/", "https://ada:[removed]@example.org/")]
    [InlineData("run --api-key {0} --model x", "run --api-key [removed] --model x")]
    [InlineData("export OPENAI_API_KEY={0}", "export OPENAI_API_KEY=[removed]")]
    public void Secrets_by_where_they_stand(string text, string clean) => Assert.Equal(clean, SecretShapes.Remove(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, Forty)));

    [Theory]
    [InlineData("The risk-free and task-based approach took 16 characters_and_more.")]
    [InlineData("Basic understanding of bearer instruments; authorization: required by everybody.")]
    [InlineData("export OPENAI_API_KEY=$KEY")]
    [InlineData("https://example.org/a?q=token&page=2")]
    [InlineData("The session ses_01kjmbqde0edcsbk84j37awn22 has 4,521 tokens.")]
    [InlineData("A password has at least ten characters.")]
    public void Other_texts_stay(string text) => Assert.Null(SecretShapes.Remove(text));

    [Fact]
    public void A_configuration_loses_its_secrets_and_nothing_else()
    {
        var json = $$"""
            {"model":"gpt-5","api_key":"anything","max_tokens":100,"headers":[{"name":"Authorization","value":"abc"},{"name":"Accept","value":"json"}],
            "args":["--token","s3cret","--model","x"],"nested":{"password":12345,"token":null,"note":"key sk-{{Forty}}"},"tokenizer":"cl100k"}
            """;
        using var document = JsonDocument.Parse(json);

        var (clean, removed) = SecretRemoval.Clean(document.RootElement);

        Assert.Equal(
            """{"model":"gpt-5","max_tokens":100,"headers":[{"name":"Authorization"},{"name":"Accept","value":"json"}],"args":["--token","[removed]","--model","x"],"nested":{"token":null,"note":"key [removed]"},"tokenizer":"cl100k"}""",
            clean.GetRawText());
        Assert.Equal(["/api_key", "/headers/0/value", "/args/1", "/nested/password", "/nested/note"], removed.Select(secret => secret.Path));
        // What was removed once is not removed again.
        Assert.Empty(SecretRemoval.Clean(clean).Removed);
    }

    [Fact]
    public void A_result_is_read_cleaned_and_written_as_it_was()
    {
        List<ContentError> errors = [];
        List<RemovedSecret> removed = [];
        var line = System.Text.Encoding.UTF8.GetBytes($$"""{"response":"é 😀","item_id":"i1","score":0.5,"passed":true,"latency_ms":12.5,"usage":{"tokens":3},"note":"sk-{{Forty}}"}""");

        var result = RunResult.Read(line, errors, removed)!;
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        result.Write(written);

        Assert.Empty(errors);
        Assert.Equal("/note", Assert.Single(removed).Path);
        Assert.Equal("""{"item_id":"i1","response":"é 😀","score":0.5,"passed":true,"latency_ms":12.5,"usage":{"tokens":3},"note":"[removed]"}""", System.Text.Encoding.UTF8.GetString(written.WrittenSpan));
        Assert.Equal(result.Response, RunResult.ReadStored(written.WrittenMemory).Response);
    }

    [Theory]
    [InlineData("""{"response":"x"}""", "/item_id")]
    [InlineData("""{"item_id":"i1"}""", "/response")]
    [InlineData("""{"item_id":"i1","response":"x","score":"high"}""", "/score")]
    [InlineData("""{"item_id":"i1","response":"x","passed":1}""", "/passed")]
    [InlineData("""{"item_id":"i1","response":"x","latency_ms":-1}""", "/latency_ms")]
    [InlineData("""{"item_id":"i1","item_id":"i2","response":"x"}""", null)]
    [InlineData("[]", "")]
    public void What_is_wrong_with_a_result(string line, string? path)
    {
        List<ContentError> errors = [];

        Assert.Null(RunResult.Read(System.Text.Encoding.UTF8.GetBytes(line), errors, []));
        Assert.Contains(errors, error => error.Path == path);
    }
}
