using System.Text.Json.Serialization;
using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Market.Bundles;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(BundleDocument))]
[JsonSerializable(typeof(BundleDraft))]
[JsonSerializable(typeof(BundleReport))]
internal sealed partial class BundleJson : JsonSerializerContext;
