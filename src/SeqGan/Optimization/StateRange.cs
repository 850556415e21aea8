namespace SeqGan;

/// <summary>What the elements of a tensor of a component's state may be.</summary>
internal enum StateRange
{
    /// <summary>Whatever its type can hold.</summary>
    Any,

    /// <summary>Finite.</summary>
    Finite,

    /// <summary>Finite and at least 0.</summary>
    NonNegative,
}
