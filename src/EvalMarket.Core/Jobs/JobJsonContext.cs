using System.Text.Json.Serialization;
using EvalMarket.Formats;

namespace EvalMarket.Core.Jobs;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ContentError>))]
internal sealed partial class JobJsonContext : JsonSerializerContext;
