namespace SeqGan.Discrimination;

/// <summary>A network of this library: it draws nothing from libtorch's global generator, and adds a term of its own to the loss.</summary>
internal interface IReadyMadeNetwork
{
    /// <summary>A scalar that is added to the loss, or null for none.</summary>
    Tensor? Regularization();
}

/// <summary>What the ready-made networks share.</summary>
internal static class DiscriminatorFactory
{
    /// <summary>A network of the options; the generator is the one whose states it reads, if it reads any.</summary>
    public static nn.Module<Tensor, Tensor> CreateNetwork(
        SequenceFormat format, DiscriminatorOptions options, ulong seed, NeuralGenerator? generator = null)
    {
        OptionsCheck.ThrowIfInvalid(options, options.Contradictions(format.MaxLength, hasGenerator: generator is not null));
        LibTorch.EnsureLoaded();
        using GlobalGenerator.Loan random = GlobalGenerator.Keep();
        SequenceFormat input = format.InputFormat();
        return options.Network switch
        {
            DiscriminatorNetwork.Gru => new GruNetwork(input, options, seed),
            DiscriminatorNetwork.GeneratorStates => new StateNetwork(generator!, options, seed),
            _ => new ConvolutionalNetwork(input, options, seed),
        };
    }

    /// <summary>
    /// The format of what a network reads of a sequence: its label, as a token after the vocabulary, then its tokens and padding.
    /// </summary>
    public static SequenceFormat InputFormat(this SequenceFormat format) => format.LabelCount == 0
        ? format
        : new SequenceFormat(format.InputCount(), format.MaxLength + 1, format.StartToken, format.EndToken, format.PaddingToken);

    /// <summary>What a network reads of batches of sequences, then of padding: [rows, maximum length of the input format].</summary>
    public static int[] Cells(this SequenceFormat format, int rows, params ReadOnlySpan<TokenBatch> batches)
    {
        int length = format.InputFormat().MaxLength, labels = format.LabelCount == 0 ? 0 : 1, first = labels;
        int[] cells = new int[rows * length];
        Array.Fill(cells, format.PaddingToken ?? 0);
        foreach (TokenBatch batch in batches)
        {
            for (int row = 0; row < batch.Count; row++, first += length)
            {
                if (labels > 0)
                    cells[first - 1] = format.StartInput(batch.Labels.Span, row);
                batch[row].CopyTo(cells.AsSpan(first));
            }
        }

        return cells;
    }

    /// <summary>What the softmax over the two classes of an output layer depends on: the difference of their logits, [batch, 1].</summary>
    /// <remarks>
    /// One product instead of two: libtorch's matrix product with 2 to 8 columns rounds a row differently from its neighbour unless the
    /// rows' size is a multiple of 4, and a score must not depend on the row.
    /// </remarks>
    public static Tensor RealLogit(Linear output, Tensor features)
    {
        using var scope = NewDisposeScope();
        Tensor weight = output.weight!, bias = output.bias!;
        return nn.functional.linear(features, weight.narrow(0, 1, 1) - weight.narrow(0, 0, 1), bias.narrow(0, 1, 1) - bias.narrow(0, 0, 1))
            .MoveToOuterDisposeScope();
    }

    /// <summary>A calibrated output layer as a compiled discriminator's tensors, behind so many features that it ignores.</summary>
    public static IEnumerable<NamedTensor> CompileOutput(Linear output, PlattScaling calibration, int ignored = 0)
    {
        float[] weight = NetworkWeights.Get(output.weight!), bias = NetworkWeights.Get(output.bias!);
        int features = weight.Length / 2;
        float[] real =
        [
            .. new float[ignored],
            .. Enumerable.Range(0, features).Select(i => (float)(calibration.Slope * (weight[features + i] - weight[i]))),
        ];
        float[] shift = [(float)((calibration.Slope * (bias[1] - bias[0])) + calibration.Intercept)];
        return [new(CompiledDiscriminator.OutputName, [1, real.Length], real), new(CompiledDiscriminator.OutputBiasName, [1], shift)];
    }

    /// <summary>Half the squared norm of an output layer, weighted; null where the weight is 0.</summary>
    public static Tensor? L2(Linear output, double weight)
    {
        if (weight == 0)
            return null;
        using var scope = NewDisposeScope();
        using Scalar half = weight / 2;
        Tensor weights = output.weight!, biases = output.bias!;
        return ((weights * weights).sum() + (biases * biases).sum()).mul(half).MoveToOuterDisposeScope();
    }
}
