namespace SeqGan;

/// <summary>A constraint that looks at the prefix and leaves the state at 0.</summary>
internal interface IPrefixConstraint : ITokenConstraint;
