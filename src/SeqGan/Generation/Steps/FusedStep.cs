using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>
/// Loss and gradient in managed code: forward, loss and backward of a few sequences at a time, so that what they need stays in
/// the cache, and many such groups at once. No operator of libtorch runs.
/// </summary>
/// <remarks>
/// The groups and the order in which their gradients are added up depend on the batch alone: the same bits for any number of
/// threads.
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
    private readonly LayerWeights[] _layers;
    private readonly LayerGradient[] _layerGradients;
    private readonly OutputWeights _output;
    private readonly ConcurrentBag<GroupPass> _passes = [];
    private readonly AlignedFloats _inputGradients = new();
    private readonly (GradientSum Sum, Parameter Parameter)[] _sums;
    private readonly HashSet<long> _embeddedTokens = [];

    public FusedStep(RecurrentNetwork network, int? paddingToken)
    {
        _network = network;
        _layers = LayerWeights.Of(network);
        _layerGradients = [.. _layers.Select(layer => new LayerGradient(layer))];
        _output = new OutputWeights(network, paddingToken);
        _sums =
        [
            .. _layerGradients.SelectMany((layer, index) => layer.All.Select(weight => (weight.Sum, network.Weight(weight.Name, index)))),
            (_output.WeightGradient, network.OutputWeight), (_output.BiasGradient, network.OutputBias),
        ];
    }

    /// <summary>Whether this processor has the vectors and this process the weights, and libtorch would not be faster.</summary>
    public static bool Suits(RecurrentNetwork network) =>
        Vector256.IsHardwareAccelerated && network.HiddenSize <= MaximumHiddenSize
        && PaddedShape.OfMatrix(network.OutputWeight, 1).Length <= MaximumGradientElements / FewestGroups
        && network.Parameters.All(parameter => TensorMemory.IsPlain(parameter));

    public (double Loss, double NegativeLogLikelihood) ComputeGradients(TrainingTokens tokens)
    {
        foreach (LayerWeights layer in _layers)
            layer.Load();
        _output.Load();
        TrainingGroup[] groups = TrainingGroup.Cut(tokens, GroupCount(tokens.Rows));
        foreach ((GradientSum sum, _) in _sums)
            sum.Reserve(groups.Length);
        float[] losses = new float[tokens.Count];
        nint inputGradients = (nint)_inputGradients.Reserve((long)tokens.Count * PanelKernel.Padded((int)_network.Embedding.shape[1]));
        Workload.Run(groups.Length, isWorthThreads: true, part =>
        {
            GroupPass pass = _passes.TryTake(out GroupPass? used) ? used : new GroupPass(_network.Cell, _network.Embedding, _layers, _layerGradients, _output);
            pass.Run(tokens, groups[part], part, losses, (float*)inputGradients);
            _passes.Add(pass);
        });
        foreach ((GradientSum sum, Parameter parameter) in _sums)
            sum.AddUp(groups.Length, (nint)GradientOf(parameter));
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
        int size = (int)_network.Embedding.shape[1], padded = PanelKernel.Padded(size);
        float* gradient = GradientOf(_network.Embedding);
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

    private static float* GradientOf(Parameter parameter)
    {
        using Tensor? gradient = parameter.grad;
        if (gradient is not null)
            return TensorMemory.Of(gradient);
        using var noGrad = no_grad();
        using Tensor zero = zeros_like(parameter);
        parameter.grad = zero;
        return TensorMemory.Of(zero);
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
