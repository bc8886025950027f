using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Market.Listings;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(WordConverter<ListingStatus>), typeof(WordConverter<MarketProducts>), typeof(WordConverter<Reveal>), typeof(WordConverter<CriterionType>), typeof(WordConverter<GradeStatus>),
    ],
    IgnoreReadOnlyProperties = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(ListingDocument))]
[JsonSerializable(typeof(MarketVersion))]
[JsonSerializable(typeof(ListingPage))]
[JsonSerializable(typeof(DataCard))]
[JsonSerializable(typeof(SubmissionDocument))]
internal sealed partial class ListingJson : JsonSerializerContext;

/// <summary>Enumerations by the words of the API.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
