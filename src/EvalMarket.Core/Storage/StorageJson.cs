using System.Text.Json.Serialization;

namespace EvalMarket.Core.Storage;

/// <summary>The JSON of the storage's own files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Intent))]
[JsonSerializable(typeof(GarbageMarks))]
internal sealed partial class StorageJson : JsonSerializerContext;
