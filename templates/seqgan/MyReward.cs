/// <summary>What the generated sequences should be like; the discriminator keeps them realistic.</summary>
internal static class MyReward
{
    /// <param name="sequence">A whole generated sequence.</param>
    /// <returns>More is better. <see cref="double.NaN"/> if the rule does not apply.</returns>
    public static double Score(string sequence) => sequence.EndsWith("by", StringComparison.Ordinal) ? 1 : 0;
}
