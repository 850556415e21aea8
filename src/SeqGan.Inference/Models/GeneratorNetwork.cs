namespace SeqGan.Models;

/// <summary>The kind of a generator's network.</summary>
public enum GeneratorNetwork
{
    /// <summary>Long short-term memory, as in the paper (Hochreiter, Schmidhuber 1997); gate order of PyTorch's <c>nn.LSTM</c>.</summary>
    Lstm = 0,

    /// <summary>Gated recurrent unit (Cho et al. 2014); gate order of PyTorch's <c>nn.GRU</c>.</summary>
    Gru = 1,

    /// <summary>
    /// A decoder of self-attention (Vaswani et al. 2017) as small language models have it: normalisation before each branch (GPT-2), rotary
    /// positions (Su et al. 2021), no biases in its layers.
    /// </summary>
    Transformer = 2,
}
