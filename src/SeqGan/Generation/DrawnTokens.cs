namespace SeqGan.Generation;

/// <summary>Among which tokens a generator draws.</summary>
internal static class DrawnTokens
{
    /// <summary>What its samples satisfy: its constraint, or at least that no token is unknown; null if they may be anything.</summary>
    public static ITokenConstraint? DrawnUnder(this IGenerator generator) => generator.Constraint
        ?? (generator.Format.UnknownToken is null ? null : TokenConstraint.KnownTokens(generator.Format));
}
