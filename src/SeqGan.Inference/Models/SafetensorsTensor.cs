using System.Collections.Frozen;

namespace SeqGan.Models;

/// <summary>The entry of one tensor in the header of a safetensors file: bytes [Begin, End), counted from the end of the header.</summary>
internal sealed record SafetensorsTensor(string Name, SafetensorsType Type, long[] Shape, long Begin, long End);

/// <summary>An element type of the safetensors format: its name there, and the size of an element in bytes.</summary>
internal sealed record SafetensorsType(string Name, int Size)
{
    public static readonly SafetensorsType F64 = new("F64", 8);
    public static readonly SafetensorsType F32 = new("F32", 4);
    public static readonly SafetensorsType F16 = new("F16", 2);
    public static readonly SafetensorsType BF16 = new("BF16", 2);
    public static readonly SafetensorsType Bool = new("BOOL", 1);
    public static readonly SafetensorsType U8 = new("U8", 1);
    public static readonly SafetensorsType I8 = new("I8", 1);
    public static readonly SafetensorsType I16 = new("I16", 2);
    public static readonly SafetensorsType I32 = new("I32", 4);
    public static readonly SafetensorsType I64 = new("I64", 8);

    private static readonly SafetensorsType[] All =
    [
        F64, F32, F16, BF16, Bool, U8, I8, new("F8_E5M2", 1), new("F8_E4M3", 1),
        I16, new("U16", 2), I32, new("U32", 4), I64, new("U64", 8),
    ];

    private static readonly FrozenDictionary<string, SafetensorsType> ByName =
        All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The names of all types, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));

    public static SafetensorsType? Find(string name) => ByName.GetValueOrDefault(name);
}
