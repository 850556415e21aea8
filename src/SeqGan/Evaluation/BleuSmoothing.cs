namespace SeqGan;

/// <summary>What BLEU does with an order of n-grams of which none matches.</summary>
public enum BleuSmoothing
{
    /// <summary>Takes 0.1 matches for none (Chen and Cherry 2014, method 1; NLTK's <c>SmoothingFunction().method1</c>): what the papers of the field do.</summary>
    Epsilon = 0,

    /// <summary>Nothing: the score is then 0 (Papineni et al. 2002).</summary>
    None = 1,
}
