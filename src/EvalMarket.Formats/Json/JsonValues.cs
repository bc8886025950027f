using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>Forgiving access to JSON that others wrote: what is missing or of another kind is null.</summary>
internal static class JsonValues
{
    extension(JsonElement element)
    {
        /// <summary>A member, or null when this is no object, has no such member, or it is null.</summary>
        public JsonElement? Member(string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

        /// <summary>A member that is text.</summary>
        public string? MemberText(string name) =>
            element.Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

        /// <summary>A member that is a whole number, 0 or more, and not so large that the sum of many would be none.</summary>
        public long? MemberCount(string name) =>
            element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number is >= 0 and < 100_000_000_000 ? number : null;

        /// <summary>A member that is an amount, 0 or more.</summary>
        public decimal? MemberAmount(string name) =>
            element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number) && number is >= 0 and < 1_000_000_000 ? number : null;

        /// <summary>A member that is an RFC 3339 time.</summary>
        public DateTimeOffset? MemberTime(string name) => Rfc3339.TryParse(element.MemberText(name), out var time) ? time : null;

        /// <summary>A member that is a time in seconds since 1970, with a fraction or without.</summary>
        public DateTimeOffset? MemberUnixTime(string name) =>
            // Not a number, infinite, and what lies beyond the year 9999 compare as false.
            element.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 253_402_300_799
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000))
                : null;

        public bool MemberIsTrue(string name) => element.Member(name)?.ValueKind == JsonValueKind.True;

        /// <summary>The values of a list, or nothing when this is no list.</summary>
        public IEnumerable<JsonElement> Items => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];
    }
}
