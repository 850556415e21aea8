using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Tests.Generation;

/// <summary>
/// A Transformer sampled as libtorch programs do it, kept to compare with: a batch in step, each layer's keys and values appended to its
/// cache, <c>scaled_dot_product_attention</c>, softmax and <c>multinomial</c>.
/// </summary>
/// <remarks>For formats without an end token. Reads the generator's weights, and shares nothing else with the library's sampling.</remarks>
internal sealed class PlainTransformerSampling(TransformerGenerator generator)
{
    private readonly TransformerNetwork _network = (TransformerNetwork)generator.Network;
    private readonly SequenceFormat _format = generator.Format;

    /// <summary>Fills the destination, <paramref name="batchSize"/> rows at a time.</summary>
    public void Sample(SequenceBuffer destination, int batchSize, Generator random)
    {
        using var noGrad = no_grad();
        for (int first = 0; first < destination.Count; first += batchSize)
        {
            int rows = Math.Min(batchSize, destination.Count - first);
            long[] tokens = Sample(rows, random);
            int[] sequence = new int[_format.MaxLength];
            for (int row = 0; row < rows; row++)
            {
                for (int position = 0; position < sequence.Length; position++)
                    sequence[position] = (int)tokens[position * rows + row];
                destination.Set(first + row, sequence);
            }
        }
    }

    // [position, row].
    private long[] Sample(int rows, Generator random)
    {
        using var scope = NewDisposeScope();
        Tensor token = full(rows, _format.StartToken, dtype: ScalarType.Int64);
        Tensor[] keys = Empty(rows), values = Empty(rows);
        var drawn = new List<Tensor>();
        for (long position = 0; position < _format.MaxLength; position++)
        {
            using var step = NewDisposeScope();
            Tensor probabilities = _network.Logits(Advance(token, position, keys, values), isGenerated: true).softmax(-1);
            token = multinomial(probabilities, 1, generator: random).view(-1).MoveToOuterDisposeScope();
            drawn.Add(token);
        }

        return stack(drawn).data<long>().ToArray();
    }

    private Tensor Advance(Tensor token, long position, Tensor[] keys, Tensor[] values)
    {
        long rows = token.shape[0];
        (Tensor stream, Tensor cosines, Tensor sines) = _network.Begin(token, tensor(new[] { position }));
        for (int layer = 0; layer < _network.Layers; layer++)
        {
            Tensor projected = Linear(Normalize("norm1.weight"), "self_attn.in_proj_weight")
                .view(rows, 3, _network.Heads, 1, _network.HeadSize);
            Tensor turned = TransformerNetwork.Turn(projected.narrow(1, 0, 2), cosines, sines);
            Append(keys, turned.select(1, 1));
            Append(values, projected.select(1, 2));
            Tensor attended = nn.functional.scaled_dot_product_attention(turned.select(1, 0), keys[layer], values[layer]);
            stream += Linear(attended.reshape(rows, _network.HiddenSize), "self_attn.out_proj.weight");
            Tensor inner = Linear(Normalize("norm2.weight"), "linear1.weight").gelu(TorchSharp.Modules.GELU.Approximate.tanh);
            stream += Linear(inner, "linear2.weight");

            Tensor Normalize(string name) =>
                nn.functional.layer_norm(stream, [_network.HiddenSize], _network.LayerWeight(name, layer));

            Tensor Linear(Tensor input, string name) => nn.functional.linear(input, _network.LayerWeight(name, layer));

            void Append(Tensor[] cache, Tensor value)
            {
                using Tensor before = cache[layer];
                cache[layer] = cat([before, value], 2).MoveToOuterDisposeScope();
            }
        }

        return nn.functional.layer_norm(stream, [_network.HiddenSize], _network.LastNormalization);
    }

    private Tensor[] Empty(int rows) =>
        [.. Enumerable.Range(0, _network.Layers).Select(_ => zeros(rows, _network.Heads, 0, _network.HeadSize))];
}
