namespace SeqGan.Benchmarks;

/// <summary>The sizes that the costs depend on; what is not named is the paper's.</summary>
public sealed record ProblemSize
{
    public string Name { get; private init; } = "paper";

    /// <summary>V.</summary>
    public int Vocabulary { get; init; } = 5000;

    /// <summary>T.</summary>
    public int Length { get; init; } = 20;

    /// <summary>B.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>N.</summary>
    public int Samples { get; init; } = 16;

    public static ProblemSize Paper { get; } = new();

    public static ProblemSize Quick { get; } = new() { Name = "N 4", Samples = 4 };

    public static IEnumerable<ProblemSize> All { get; } =
    [
        Paper,
        new() { Name = "T 40", Length = 40 },
        new() { Name = "T 100", Length = 100 },
        new() { Name = "V 100", Vocabulary = 100 },
        new() { Name = "V 20000", Vocabulary = 20_000 },
        new() { Name = "B 256", Batch = 256 },
        Quick,
        new() { Name = "N 64", Samples = 64 },
    ];

    public override string ToString() => Name;
}
