namespace SeqGan;

/// <summary>A part of a regular expression.</summary>
internal abstract record PatternNode
{
    /// <summary>One of some symbols.</summary>
    public sealed record Symbols(SymbolSet Set) : PatternNode;

    /// <summary>Parts one after the other.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>One of some parts.</summary>
    public sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>A part from <see cref="Least"/> to <see cref="Most"/> times, which is null where there is no limit.</summary>
    public sealed record Repetition(PatternNode Part, int Least, int? Most) : PatternNode;
}
