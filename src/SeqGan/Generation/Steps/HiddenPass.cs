namespace SeqGan.Generation;

/// <summary>The weights of the layers between the embeddings and the output layer, and the sums of their gradients.</summary>
internal abstract class HiddenWeights
{
    public abstract IEnumerable<GradientSum> Gradients { get; }

    /// <summary>How many groups a batch may have, so that reading all weights and adding up all gradients is little of the work.</summary>
    public abstract int MostGroups(TrainingTokens tokens);

    /// <summary>Reads the network's present weights.</summary>
    public abstract void Load();

    public abstract HiddenPass CreatePass();

    public static HiddenWeights Of(SequenceNetwork network, Kernels kernels) => network is TransformerNetwork transformer
        ? new TransformerWeights(transformer, kernels)
        : new RecurrentWeights((RecurrentNetwork)network, kernels);
}

/// <summary>Forward and backward through those layers for one group of sequences, single-threaded.</summary>
/// <remarks>All sizes are padded for the kernels.</remarks>
internal abstract unsafe class HiddenPass
{
    /// <summary>What the output layer adds its gradient to, [tokens, hidden]; 0 after <see cref="Forward"/>.</summary>
    public abstract float* HiddenGradient { get; }

    /// <summary>Inputs [tokens, input size] to the hidden states, [tokens, hidden]; keeps what <see cref="Backward"/> needs.</summary>
    public abstract float* Forward(float* input, TrainingTokens tokens, TrainingGroup group);

    /// <summary>From <see cref="HiddenGradient"/> to the weights' gradients, and to the input's, which is added.</summary>
    /// <remarks>May overwrite the input.</remarks>
    public abstract void Backward(float* input, float* inputGradient, TrainingTokens tokens, TrainingGroup group, int part);
}
