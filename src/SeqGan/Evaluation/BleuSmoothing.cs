namespace SeqGan;

/// <summary>What BLEU counts if no n-gram of an order has a match.</summary>
public enum BleuSmoothing
{
    /// <summary>Nothing: BLEU is 0 from that order on.</summary>
    None,

    /// <summary>
    /// 0.1 matches instead of 0: "method 1" of Chen and Cherry 2014 with the 0.1 of NLTK's <c>SmoothingFunction().method1</c>, which
    /// Texygen and most papers on SeqGAN use.
    /// </summary>
    Epsilon,
}
