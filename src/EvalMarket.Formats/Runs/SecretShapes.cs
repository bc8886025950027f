using System.Text.RegularExpressions;

namespace EvalMarket.Formats.Runs;

/// <summary>
/// Finds tokens in text by their shape: the prefixes that their makers publish for secret scanners, and the places where secrets stand in addresses, headers and command lines. Linear in the length of the text.
/// </summary>
public static partial class SecretShapes
{
    /// <summary>What stands in the place of a token.</summary>
    public const string Replacement = "[removed]";

    /// <summary>Replaces what looks like a token; null when nothing does.</summary>
    public static string? Remove(string text)
    {
        // Most texts have nothing that even begins like one.
        if (text.Length < 8 || !Hint().IsMatch(text))
        {
            return null;
        }

        var clean = Tokens().Replace(text, Replacement);
        clean = AfterName().Replace(clean, match => KeepName(match));
        clean = AfterHeader().Replace(clean, match => match.Groups["value"].ValueSpan.ContainsAnyInRange('0', '9') ? KeepName(match) : match.Value);
        clean = InAddress().Replace(clean, match => $"{match.Groups["before"].ValueSpan}{Replacement}@");
        return clean == text ? null : clean;
    }

    private static string KeepName(Match match)
    {
        var value = match.Groups["value"].ValueSpan;
        return value.SequenceEqual(Replacement) || value.StartsWith("$") || value.StartsWith("<") || value.StartsWith("{") ? match.Value : match.Groups["name"].Value + Replacement;
    }

    [GeneratedRegex(
        "sk-|sk_|rk_|pk_|emk_|hf_|gh[pousr]_|github_pat_|glpat-|xox|AKIA|ASIA|AIza|ya29|eyJ|gsk_|xai-|pplx-|r8_|nvapi-|npm_|pypi-|dop_|SG\\.|key-|tgp_|fw_|co-|lsv2_|-----BEGIN|://|[Bb][Ee][Aa][Rr][Ee][Rr]|[Bb][Aa][Ss][Ii][Cc] |[Aa][Pp][Ii]|[Tt][Oo][Kk][Ee][Nn]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Pp][Aa][Ss][Ss]|[Aa][Uu][Tt][Hh]|[Aa][Cc][Cc][Ee][Ss][Ss]",
        RegexOptions.NonBacktracking)]
    private static partial Regex Hint();

    [GeneratedRegex(
        @"\bsk-(?:proj-|ant-|or-v1-|svcacct-|admin-|lf-)?[A-Za-z0-9_\-]{16,}"
        + @"|\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}"
        + @"|\bpk-lf-[A-Za-z0-9\-]{16,}"
        + @"|\bemk_[0-9A-Za-z]{20,}"
        + @"|\bhf_[A-Za-z0-9]{20,}"
        + @"|\bgh[pousr]_[A-Za-z0-9]{20,}"
        + @"|\bgithub_pat_[A-Za-z0-9_]{20,}"
        + @"|\bglpat-[A-Za-z0-9_\-]{16,}"
        + @"|\bxox[abeprs]-[A-Za-z0-9\-]{10,}"
        + @"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
        + @"|\bAIza[0-9A-Za-z_\-]{30,}"
        + @"|\bya29\.[0-9A-Za-z_\-]{20,}"
        + @"|\bgsk_[A-Za-z0-9]{20,}"
        + @"|\bxai-[A-Za-z0-9]{20,}"
        + @"|\bpplx-[A-Za-z0-9]{20,}"
        + @"|\br8_[A-Za-z0-9]{20,}"
        + @"|\bnvapi-[A-Za-z0-9_\-]{20,}"
        + @"|\bnpm_[A-Za-z0-9]{30,}"
        + @"|\bpypi-[A-Za-z0-9_\-]{30,}"
        + @"|\bdop_v1_[a-f0-9]{32,}"
        + @"|\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"
        + @"|\btgp_v1_[A-Za-z0-9_\-]{20,}"
        + @"|\bfw_[A-Za-z0-9]{20,}"
        + @"|\blsv2_[a-z]{2}_[A-Za-z0-9_]{20,}"
        + @"|\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}"
        + @"|-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\s\\]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
        RegexOptions.NonBacktracking)]
    private static partial Regex Tokens();

    /// <summary>A parameter of an address, a flag of a command line, an assignment: a name, and then what it names.</summary>
    [GeneratedRegex(
        @"(?<name>(?:--(?:api[_\-]?key|token|password|secret|access[_\-]?token|auth[_\-]?token)[= ]"
        + @"|[?&;](?:api[_\-]?key|key|token|access[_\-]?token|auth|password|secret|sig|signature)="
        + @"|(?:API_KEY|ACCESS_TOKEN|AUTH_TOKEN|SECRET_KEY|SECRET_ACCESS_KEY|CLIENT_SECRET|PASSWORD|HF_TOKEN|GITHUB_TOKEN)\s*=\s*)[""']?)(?<value>[^\s""'&;,]{6,})",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex AfterName();

    /// <summary>A header. The same words stand in prose, so what follows has to look like no word.</summary>
    [GeneratedRegex(
        @"(?<name>\b(?:authorization\s*[:=]\s*(?:bearer\s+|basic\s+|token\s+)?|(?:bearer|basic)\s+|(?:x-)?api[_\-]key\s*[:=]\s*)[""']?)(?<value>[A-Za-z0-9._\-+/=~]{12,})",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex AfterHeader();

    /// <summary>The password of <c>https://name:password@host</c>.</summary>
    [GeneratedRegex(@"(?<before>[A-Za-z][A-Za-z0-9+.\-]{1,20}://[^\s/:@]{0,100}:)[^\s/@]{1,200}@", RegexOptions.NonBacktracking)]
    private static partial Regex InAddress();
}
