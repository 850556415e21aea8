using System.Text.Json.Serialization;

namespace SeqGan;

/// <summary>How the states of observers look as JSON: every member must be there, and numbers may be NaN or infinite.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    IgnoreReadOnlyProperties = true,
    MaxDepth = 16,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HtmlReportState))]
[JsonSerializable(typeof(JsonLinesState))]
[JsonSerializable(typeof(TensorBoardState))]
internal sealed partial class ObserverStateJson : JsonSerializerContext;
