using System.Text;

namespace EvalMarket.Formats.Runs;

/// <summary>
/// Whether a key names a secret. Its words are looked at, never parts of words: <c>api_key</c>, <c>apiKey</c>, <c>X-API-Key</c> and <c>OPENAI_API_KEY</c> do, <c>max_tokens</c>, <c>tokenizer</c>, <c>eos_token</c>, <c>keyboard</c> and <c>monkey</c> do not.
/// </summary>
public static class SecretNames
{
    private static readonly HashSet<string> Alone = new(StringComparer.Ordinal)
    {
        "authorization", "authorisation", "password", "passwords", "passwd", "pwd", "passphrase", "passcode", "secret", "secrets", "credential", "credentials", "cookie", "cookies", "bearer",
        "apikey", "apikeys", "apitoken", "accesstoken", "authtoken", "accesskey", "secretkey", "privatekey", "jwt", "pat",
    };

    /// <summary>What a key of something is a secret for.</summary>
    private static readonly HashSet<string> BeforeKey = new(StringComparer.Ordinal)
    {
        "api", "access", "secret", "private", "auth", "account", "signing", "encryption", "subscription", "service", "ssh", "master", "admin", "storage", "openai", "anthropic", "azure", "hf",
    };

    /// <summary>A token in these words is a piece of text.</summary>
    private static readonly HashSet<string> TextTokenBefore = new(StringComparer.Ordinal)
    {
        "max", "min", "num", "n", "per", "stop", "eos", "bos", "pad", "unk", "sep", "cls", "mask", "eot", "eod", "special", "end", "start", "first", "last", "next", "new", "prompt", "completion", "input", "output",
        "total", "thinking", "reasoning", "image", "audio", "decoder", "forced", "text", "cached", "begin", "image", "added", "logit", "by", "each", "a", "image", "think", "system", "user", "assistant",
    };

    private static readonly HashSet<string> TextTokenAfter = new(StringComparer.Ordinal)
    {
        "count", "counts", "limit", "limits", "budget", "usage", "id", "ids", "index", "length", "type", "rate", "price", "cost", "level", "per", "bias", "probs", "logprobs", "healing", "classification", "ids", "size", "window", "delay",
    };

    /// <summary>What says where a secret is to be found, and not what it is.</summary>
    private static readonly HashSet<string> OfPlaces = new(StringComparer.Ordinal) { "env", "var", "variable" };

    /// <summary>Whether the value of such a key is a secret, provided that it is one that could be.</summary>
    public static bool IsSecret(string key)
    {
        var words = WordsOf(key);
        if (words.Count == 0 || OfPlaces.Contains(words[^1]))
        {
            return false;
        }

        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (Alone.Contains(word)
                || (word is "auth" && words.Count == 1)
                || (word is "key" or "keys" && i > 0 && BeforeKey.Contains(words[i - 1]))
                || (word is "token" && IsSecretToken(words, i))
                || (word is "tokens" && i > 0 && words[i - 1] is "access" or "auth" or "api" or "refresh" or "bearer" && word is "tokens")
                || (word is "string" && i > 0 && words[i - 1] is "connection"))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSecretToken(List<string> words, int place) =>
        (place == 0 || !TextTokenBefore.Contains(words[place - 1])) && (place == words.Count - 1 || !TextTokenAfter.Contains(words[place + 1]));

    /// <summary>Cuts at what is no letter or digit, and where a capital begins a word: <c>openAIKey2</c> is open, ai, key2.</summary>
    private static List<string> WordsOf(string key)
    {
        List<string> words = [];
        var word = new StringBuilder();
        for (var i = 0; i < key.Length; i++)
        {
            var letter = key[i];
            var begins = char.IsUpper(letter) && i > 0
                && (char.IsLower(key[i - 1]) || char.IsDigit(key[i - 1]) || (char.IsUpper(key[i - 1]) && i + 1 < key.Length && char.IsLower(key[i + 1])));
            if ((begins || !char.IsLetterOrDigit(letter)) && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            if (char.IsLetterOrDigit(letter))
            {
                word.Append(char.ToLowerInvariant(letter));
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
