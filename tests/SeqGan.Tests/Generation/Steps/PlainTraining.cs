using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Tests.Generation.Steps;

/// <summary>The plain autograd step: libtorch's operators, clipping and Adam. What the library's step is held against.</summary>
internal sealed class PlainTraining(NeuralGenerator generator, double learningRate, double clip = 5) : IDisposable
{
    private readonly Adam _adam = new(generator.Network.parameters(), learningRate);
    private readonly PlainStep _step = new(generator.Network);

    public GeneratorStep Train(TokenBatch batch, ReadOnlySpan<float> weights)
    {
        using var scope = NewDisposeScope();
        (double loss, double nll) = _step.ComputeGradients(TrainingTokens.Create(batch, weights, generator.Format));
        double norm = nn.utils.clip_grad_norm_(generator.Network.parameters(), clip);
        if (double.IsFinite(loss) && double.IsFinite(norm))
            _adam.step();
        return new GeneratorStep { Loss = loss, NegativeLogLikelihood = nll, GradientNorm = norm };
    }

    public void Dispose() => _adam.Dispose();
}
