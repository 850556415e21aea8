namespace SeqGan;

/// <summary>The output layer's weights, packed, and the sums of their gradients.</summary>
internal sealed unsafe class OutputWeights
{
    /// <summary>The logit of what is no token; finite, for the difference of two infinities is not a number.</summary>
    private const float NoLogit = -1e38f;

    private readonly int? _paddingToken;

    public OutputWeights(RecurrentNetwork network, int? paddingToken)
    {
        _paddingToken = paddingToken;
        Weight = new PackedWeight(network.OutputWeight, PaddedShape.OfMatrix(network.OutputWeight, 1));
        Bias = new PackedWeight(network.OutputBias, PaddedShape.OfVector(network.OutputBias, 1));
        WeightGradient = new GradientSum(Weight.Shape);
        BiasGradient = new GradientSum(Bias.Shape);
    }

    public PackedWeight Weight { get; }

    public PackedWeight Bias { get; }

    public GradientSum WeightGradient { get; }

    public GradientSum BiasGradient { get; }

    /// <summary>The bias of each token and of the columns that only pad.</summary>
    public AlignedFloats MaskedBias { get; } = new();

    public int VocabularySize => Weight.Shape.Rows;

    /// <summary>The size of the hidden state, padded.</summary>
    public int Size => Weight.Shape.PaddedColumns;

    /// <summary>Reads the network's present weights.</summary>
    public void Load()
    {
        Weight.LoadRows();
        Weight.LoadPanels();
        Bias.LoadRows();
        int columns = PanelKernel.Padded(VocabularySize);
        var bias = new Span<float>(MaskedBias.Reserve(columns), columns);
        new ReadOnlySpan<float>(Bias.Rows, VocabularySize).CopyTo(bias);
        bias[VocabularySize..].Fill(NoLogit);
        if (_paddingToken is { } padding)
            bias[padding] = NoLogit;
    }
}
