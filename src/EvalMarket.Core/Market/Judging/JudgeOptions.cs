namespace EvalMarket.Core.Market.Judging;

/// <summary>The settings under <c>Judge</c>: an OpenAI-compatible chat endpoint that judges semantic criteria. Without <see cref="BaseUrl"/> there is no jury, and sellers judge themselves.</summary>
public sealed class JudgeOptions
{
    public const string Section = "Judge";

    /// <summary>As clients of the API want it: <c>https://api.example.com/v1</c>.</summary>
    public string? BaseUrl { get; set; }

    public string? Model { get; set; }

    public string? ApiKey { get; set; }

    /// <summary>How many are asked, independently of one another; an odd number always finds a majority.</summary>
    public int Jurors { get; set; } = 3;

    /// <summary>Questions that are open at the endpoint at the same time, of all submissions together.</summary>
    public int AtOnce { get; set; } = 8;

    /// <summary>Seconds that one answer may take.</summary>
    public int TimeoutSeconds { get; set; } = 60;

    /// <summary>How often a juror is asked, when the endpoint fails or the answer is no verdict.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>Dollars for a million tokens of a question, for the record of what a verdict cost.</summary>
    public decimal PromptPrice { get; set; }

    /// <summary>Dollars for a million tokens of an answer.</summary>
    public decimal CompletionPrice { get; set; }
}
