namespace SeqGan.Models;

/// <summary>The kind of a generator's network.</summary>
public enum GeneratorNetwork
{
    /// <summary>Long short-term memory, as in the paper (Hochreiter, Schmidhuber 1997); gate order of PyTorch's <c>nn.LSTM</c>.</summary>
    Lstm = 0,

    /// <summary>Gated recurrent unit (Cho et al. 2014); gate order of PyTorch's <c>nn.GRU</c>.</summary>
    Gru = 1,
}
