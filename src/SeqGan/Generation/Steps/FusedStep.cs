using System.Collections.Concurrent;
using System.Runtime.Intrinsics;

namespace SeqGan.Generation;

/// <summary>
/// Loss and gradient in managed code: forward, loss and backward of a few sequences at a time, so that what they need stays in the cache,
/// and several such groups at once. No operator of libtorch runs.
/// </summary>
/// <remarks>
/// The groups and the order in which their gradients are added up depend on the batch alone: the same bits for any number of threads.
/// </remarks>
internal sealed unsafe class FusedStep : ITrainingStep
{
    // Each group has an output layer's gradient of its own.
    private const int MaximumGroups = 8, MinimumGroupRows = 6;
    private const long MaximumGradientElements = 1 << 24;

    // With fewer groups all work would be one thread's.
    private const int FewestGroups = 2;

    // From 256 on, products take nearly all of the time, and libtorch's large ones are as good.
    private const int MaximumHiddenSize = 128;

    private readonly RecurrentNetwork _network;
    private readonly Kernels _kernels;
    private readonly LayerWeights[] _layers;
    private readonly OutputWeights _output;
    private readonly ConcurrentBag<GroupPass> _passes = [];
    private readonly AlignedArray _inputGradients = new();
    private readonly GradientSum[] _sums;
    private readonly HashSet<long> _embeddedTokens = [];

    public FusedStep(RecurrentNetwork network, SequenceFormat format, Kernels? kernels = null)
    {
        _network = network;
        _kernels = kernels ?? Kernels.Best;
        _layers = [.. Enumerable.Range(0, network.Layers).Select(layer => new LayerWeights(network, layer, _kernels))];
        _output = new OutputWeights(network, format, _kernels);
        _sums = [.. _layers.SelectMany(layer => layer.Gradients), _output.WeightGradient, _output.BiasGradient];
    }

    /// <summary>Whether this processor has the vectors and this process the weights, and libtorch would not be faster.</summary>
    public static bool Suits(RecurrentNetwork network) =>
        Vector256.IsHardwareAccelerated && network.HiddenSize <= MaximumHiddenSize
        && PaddedShape.OfMatrix(network.OutputWeight).Length <= MaximumGradientElements / FewestGroups
        && network.Parameters.All(parameter => TensorMemory.IsPlain(parameter));

    public (double Loss, double NegativeLogLikelihood) ComputeGradients(TrainingTokens tokens)
    {
        foreach (LayerWeights layer in _layers)
            layer.Load();
        _output.Load();
        TrainingGroup[] groups = TrainingGroup.Cut(tokens, GroupCount(tokens.Rows));
        foreach (GradientSum sum in _sums)
            sum.Reserve(groups.Length);
        float[] losses = new float[tokens.Count];
        nint inputGradients = (nint)_inputGradients.Reserve((long)tokens.Count * PackedMatrix.Pad((int)_network.Embedding.shape[1]));
        Workload.Run(groups.Length, isWorthThreads: true, part =>
        {
            GroupPass pass = _passes.TryTake(out GroupPass? used) ? used : new GroupPass(_network.Embedding, _layers, _output, _kernels);
            pass.Run(tokens, groups[part], part, losses, (float*)inputGradients);
            _passes.Add(pass);
        });
        foreach (GradientSum sum in _sums)
            sum.AddUp(groups.Length);
        AddUpEmbedding(tokens);
        return Means(tokens, losses);
    }

    private int GroupCount(int rows)
    {
        long fitting = Math.Max(1, MaximumGradientElements / _output.Weight.Shape.Length);
        return (int)Math.Clamp(rows / MinimumGroupRows, 1, Math.Min(MaximumGroups, fitting));
    }

    // Rows of tokens that are not in the batch are 0 from the start or from when the token was there last.
    private void AddUpEmbedding(TrainingTokens tokens)
    {
        int size = (int)_network.Embedding.shape[1], padded = PackedMatrix.Pad(size);
        float* gradient = GradientSum.Of(_network.Embedding);
        foreach (long token in _embeddedTokens)
            new Span<float>(gradient + token * size, size).Clear();
        _embeddedTokens.Clear();
        for (int i = 0; i < tokens.Count; i++)
        {
            long token = tokens.InputOf(i);
            _embeddedTokens.Add(token);
            for (int column = 0; column < size; column++)
                gradient[token * size + column] += _inputGradients.Pointer[(long)i * padded + column];
        }
    }

    private static (double Loss, double NegativeLogLikelihood) Means(TrainingTokens tokens, float[] losses)
    {
        double loss = 0, sum = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            loss += (double)losses[i] * tokens.Weights[i];
            sum += losses[i];
        }

        // As a float, like everything that the loss is made of: what overflows there is no loss to learn from.
        return ((float)loss / tokens.Count, sum / losses.Length);
    }
}
