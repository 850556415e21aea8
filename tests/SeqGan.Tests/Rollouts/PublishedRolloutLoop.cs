using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Tests.Rollouts;

/// <summary>
/// The reward estimation as the paper's code does it, kept to compare with: for each sample and each prefix the whole batch is
/// run from the start state, sampled to the end with <c>multinomial</c>, one token at a time, and scored.
/// </summary>
/// <remarks>
/// Reads the generator's weights, and shares nothing else with the library's rollouts. The caller keeps generator and scorer.
/// </remarks>
internal sealed class PublishedRolloutLoop(RecurrentGenerator generator, ISequenceScorer scorer, int samplesPerPrefix) : IRewardEstimator
{
    private readonly RecurrentNetwork _network = generator.Network;
    private readonly SequenceFormat _format = generator.Format;

    public async ValueTask EstimateAsync(
        TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
    {
        int rows = sequences.Count, length = sequences.Length;
        double[] sums = new double[rows * length];
        float[] scores = new float[rows];
        var completions = new SequenceBuffer(_format);
        using var random = new Generator(request.Key.NextBits(0));
        for (int n = 0; n < samplesPerPrefix; n++)
        {
            for (int prefix = 1; prefix < length; prefix++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Complete(sequences, prefix, random, completions);
                await scorer.ScoreAsync(completions.AsBatch(), scores, cancellationToken);
                for (int row = 0; row < rows; row++)
                    sums[row * length + prefix - 1] += scores[row];
            }
        }

        await scorer.ScoreAsync(sequences, scores, cancellationToken);
        rewards.Span.Clear();
        for (int row = 0; row < rows; row++)
        {
            int last = sequences.LengthOf(row) - 1;
            for (int position = 0; position < last; position++)
                rewards.Span[row * length + position] = (float)(sums[row * length + position] / samplesPerPrefix);
            if (last >= 0)
                rewards.Span[row * length + last] = scores[row];
        }
    }

    /// <summary>Keeps the first tokens of each sequence and samples the others, one completion a row.</summary>
    public void Complete(TokenBatch sequences, int prefix, Generator random, SequenceBuffer destination)
    {
        int rows = prefix == 0 ? destination.Count : sequences.Count;
        long[] given = new long[rows];
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor[] hidden = Zeros(rows), cells = Zeros(rows);
        Tensor token = full(rows, _format.StartToken, dtype: ScalarType.Int64);
        var columns = new List<Tensor>();
        for (int position = 0; position < _format.MaxLength; position++)
        {
            using var step = NewDisposeScope();
            Advance(hidden, cells, token);
            if (position < prefix)
            {
                for (int row = 0; row < rows; row++)
                    given[row] = sequences.Tokens.Span[row * sequences.Length + position];
                token = tensor(given).MoveToOuterDisposeScope();
            }
            else
            {
                Tensor probabilities = _network.Logits(hidden[^1], isGenerated: true).softmax(-1);
                token = multinomial(probabilities, 1, generator: random).view(-1).MoveToOuterDisposeScope();
            }

            columns.Add(token);
        }

        Write(stack(columns, 1).data<long>().ToArray(), rows, destination);
    }

    private void Advance(Tensor[] hidden, Tensor[] cells, Tensor token)
    {
        Tensor input = _network.Embedding.index_select(0, token);
        for (int layer = 0; layer < _network.Layers; layer++)
        {
            Tensor fromInput = nn.functional.linear(input, _network.Weight("weight_ih", layer), _network.Weight("bias_ih", layer));
            Tensor fromState = nn.functional.linear(hidden[layer], _network.Weight("weight_hh", layer), _network.Weight("bias_hh", layer));
            if (_network.Kind == GeneratorNetwork.Lstm)
            {
                Tensor[] gate = (fromInput + fromState).chunk(4, 1);
                cells[layer] = (gate[1].sigmoid() * cells[layer] + gate[0].sigmoid() * gate[2].tanh()).MoveToOuterDisposeScope();
                hidden[layer] = (gate[3].sigmoid() * cells[layer].tanh()).MoveToOuterDisposeScope();
            }
            else
            {
                Tensor[] i = fromInput.chunk(3, 1), s = fromState.chunk(3, 1);
                Tensor update = (i[1] + s[1]).sigmoid();
                Tensor candidate = (i[2] + (i[0] + s[0]).sigmoid() * s[2]).tanh();
                hidden[layer] = ((1 - update) * candidate + update * hidden[layer]).MoveToOuterDisposeScope();
            }

            input = hidden[layer];
        }
    }

    private void Write(long[] tokens, int rows, SequenceBuffer destination)
    {
        destination.Reset(rows);
        int[] sequence = new int[_format.MaxLength];
        for (int row = 0; row < rows; row++)
        {
            for (int position = 0; position < sequence.Length; position++)
                sequence[position] = (int)tokens[row * sequence.Length + position];
            destination.Set(row, sequence.AsSpan(0, _format.LengthOf(sequence)));
        }
    }

    private Tensor[] Zeros(int rows) => [.. Enumerable.Range(0, _network.Layers).Select(_ => zeros(rows, _network.HiddenSize))];
}
