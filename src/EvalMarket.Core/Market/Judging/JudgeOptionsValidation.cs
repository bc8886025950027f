using System.Globalization;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Judging;

/// <summary>A wrong judge setting stops the app at start, by its name.</summary>
public sealed class JudgeOptionsValidation : IValidateOptions<JudgeOptions>
{
    private const int MostJurors = 15;

    private const int MostAtOnce = 256;

    public ValidateOptionsResult Validate(string? name, JudgeOptions options)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(options.BaseUrl))
        {
            if (!string.IsNullOrWhiteSpace(options.Model) || !string.IsNullOrWhiteSpace(options.ApiKey))
                errors.Add("Judge:BaseUrl is missing, although other Judge settings are there.");
        }
        else
        {
            if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                errors.Add("Judge:BaseUrl has to be an address such as https://api.example.com/v1.");
            if (string.IsNullOrWhiteSpace(options.Model))
                errors.Add("Judge:Model is missing: Judge:BaseUrl needs it.");
        }

        Within("Jurors", options.Jurors, 1, MostJurors);
        Within("AtOnce", options.AtOnce, 1, MostAtOnce);
        Within("TimeoutSeconds", options.TimeoutSeconds, 1, 600);
        Within("Attempts", options.Attempts, 1, 10);
        if (options.PromptPrice < 0 || options.CompletionPrice < 0)
            errors.Add("Judge:PromptPrice and Judge:CompletionPrice cannot be negative.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Within(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"Judge:{setting} is {value}; it lies between {least} and {most}."));
        }
    }
}
