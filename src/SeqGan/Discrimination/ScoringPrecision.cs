namespace SeqGan.Discrimination;

/// <summary>The precision of a discriminator's largest matrix product while it scores.</summary>
public enum ScoringPrecision
{
    /// <summary>32 bits, as in training.</summary>
    Full = 0,

    /// <summary>
    /// 16 bits with the exponent of 32 (bfloat16). Scores move by some thousandths. Faster where the processor multiplies such numbers
    /// itself (AMX, AVX-512 BF16), several times slower elsewhere.
    /// </summary>
    BFloat16 = 1,
}
