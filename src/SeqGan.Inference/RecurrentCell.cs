namespace SeqGan;

/// <summary>The recurrent layer of a generator.</summary>
public enum RecurrentCell
{
    /// <summary>
    /// Long short-term memory (Hochreiter, Schmidhuber 1997), as in the paper; gate order and names of PyTorch's <c>nn.LSTM</c>.
    /// </summary>
    Lstm = 0,

    /// <summary>Gated recurrent unit (Cho et al. 2014); gate order and names of PyTorch's <c>nn.GRU</c>.</summary>
    Gru = 1,
}
