namespace SeqGan.Building;

/// <summary>Counts sequences that break a constraint.</summary>
internal static class ConstraintViolations
{
    /// <exception cref="ConstraintException">The constraint failed.</exception>
    public static int Count(ITokenConstraint constraint, TokenBatch sequences)
    {
        var guard = new ConstraintGuard(constraint, constraint.Format, nameof(constraint));
        var room = new AllowedTokens(constraint.Format.VocabularySize);
        int count = 0;
        for (int row = 0; row < sequences.Count; row++)
            count += guard.FindViolation(sequences[row], room) < 0 ? 0 : 1;
        return count;
    }
}
