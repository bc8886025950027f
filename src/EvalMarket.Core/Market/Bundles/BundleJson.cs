using System.Text.Json.Serialization;

namespace EvalMarket.Core.Market.Bundles;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(BundleDocument))]
[JsonSerializable(typeof(BundleDraft))]
internal sealed partial class BundleJson : JsonSerializerContext;
