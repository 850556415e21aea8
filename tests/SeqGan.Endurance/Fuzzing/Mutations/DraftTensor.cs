namespace SeqGan.Endurance.Fuzzing;

/// <summary>A tensor of a file in the making; its data need not be what the shape says.</summary>
internal sealed record DraftTensor(string Name, string Type, long[] Shape, byte[] Data)
{
    private static readonly string[] s_types = ["F64", "F32", "F16", "BF16", "U8", "I64", "BOOL"];

    /// <summary>The same with another shape, and as many bytes as that needs, if they are not too many.</summary>
    public DraftTensor Reshape(long[] shape, string type)
    {
        Int128 count = SizeOf(type);
        foreach (long dimension in shape)
            count *= dimension;
        byte[] data = Data;
        if (count >= 0 && count <= 1 << 16)
            Array.Resize(ref data, (int)count);
        return new DraftTensor(Name, type, shape, data);
    }

    public DraftTensor WithOtherType(FuzzRandom random) => Reshape(Shape, random.Pick(s_types));

    private static int SizeOf(string type) => type switch
    {
        "F64" or "I64" => 8,
        "F32" => 4,
        "F16" or "BF16" => 2,
        _ => 1,
    };
}
