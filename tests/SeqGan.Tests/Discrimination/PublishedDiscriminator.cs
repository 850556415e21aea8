using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

/// <summary>
/// The discriminator as the paper's code has it, kept to compare with: two-dimensional convolutions over the embedded batch, one
/// highway layer, two logits, and libtorch's Adam.
/// </summary>
/// <remarks>
/// It starts with a copy of the library's weights, and shares nothing else with its network. It scores the rows it is given.
/// </remarks>
internal sealed class PublishedDiscriminator : ISequenceScorer, IDisposable
{
    private readonly SequenceFormat _format;
    private readonly DiscriminatorOptions _options;
    private readonly Dictionary<string, Parameter> _weights;
    private readonly int _widths;
    private readonly optim.Optimizer _adam;

    public PublishedDiscriminator(SequenceFormat format, DiscriminatorOptions options, nn.Module<Tensor, Tensor> source)
    {
        _format = format;
        _options = options;
        using var noGrad = no_grad();
        _weights = source.named_parameters()
            .ToDictionary(p => p.name, p => new Parameter(AsTwoDimensional(p.name, p.parameter.detach().clone())));
        _widths = _weights.Keys.Count(
            name => name.StartsWith("convolutions.", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal));
        _adam = optim.Adam(_weights.Values, options.LearningRate, beta2: 0.999);
    }

    public string Name => "published";

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Logits(Tokens(sequences, default), training: false).softmax(1).select(1, 1).data<float>().ToArray().CopyTo(scores.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>One step of Adam on the mean cross-entropy and the output layer's penalty.</summary>
    /// <returns>The loss before the step.</returns>
    public double Train(TokenBatch real, TokenBatch generated)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        _adam.zero_grad();
        Tensor labels = cat([ones(real.Count, dtype: ScalarType.Int64), zeros(generated.Count, dtype: ScalarType.Int64)]);
        Tensor penalty = (_weights["output.weight"].square().sum() + _weights["output.bias"].square().sum()) * (_options.L2 / 2);
        Tensor loss = nn.functional.cross_entropy(Logits(Tokens(real, generated), training: true), labels) + penalty;
        loss.backward();
        _adam.step();
        return loss.ToDouble();
    }

    public void Dispose()
    {
        _adam.Dispose();
        foreach (Parameter weight in _weights.Values)
            weight.Dispose();
    }

    // [filters, embedding, width] becomes [filters, 1, width, embedding].
    private static Tensor AsTwoDimensional(string name, Tensor weight) =>
        name.StartsWith("convolutions.", StringComparison.Ordinal)
            && weight.dim() == 3 ? weight.transpose(1, 2).unsqueeze(1).contiguous() : weight;

    private Tensor Tokens(TokenBatch first, TokenBatch second)
    {
        long[] cells = new long[(first.Count + second.Count) * _format.MaxLength];
        Array.Fill(cells, _format.PaddingToken ?? 0);
        for (int row = 0; row < first.Count + second.Count; row++)
        {
            ReadOnlySpan<int> sequence = row < first.Count ? first[row] : second[row - first.Count];
            for (int position = 0; position < sequence.Length; position++)
                cells[(row * _format.MaxLength) + position] = sequence[position];
        }

        return tensor(cells, [first.Count + second.Count, _format.MaxLength]);
    }

    private Tensor Logits(Tensor tokens, bool training)
    {
        Tensor embedded = _weights["embedding.weight"].index_select(0, tokens.view(-1)).view(tokens.shape[0], 1, tokens.shape[1], -1);
        var pooled = new List<Tensor>();
        for (int i = 0; i < _widths; i++)
        {
            Tensor weight = _weights[$"convolutions.{i}.weight"];
            Tensor windows = nn.functional.conv2d(embedded, weight, _weights[$"convolutions.{i}.bias"]).relu();
            pooled.Add(nn.functional.max_pool2d(windows, [_format.MaxLength - weight.shape[2] + 1, 1]).flatten(1));
        }

        Tensor features = cat([.. pooled], 1);
        for (int layer = 0; _weights.ContainsKey($"highway.{layer}.gate.weight"); layer++)
        {
            Tensor gate = Linear(features, $"highway.{layer}.gate").sigmoid();
            features = (gate * Linear(features, $"highway.{layer}.transform").relu()) + ((1 - gate) * features);
        }

        return Linear(nn.functional.dropout(features, _options.Dropout, training), "output");
    }

    private Tensor Linear(Tensor input, string name) => nn.functional.linear(input, _weights[$"{name}.weight"], _weights[$"{name}.bias"]);
}
