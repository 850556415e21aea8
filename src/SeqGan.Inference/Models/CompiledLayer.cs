namespace SeqGan;

/// <summary>A recurrent layer's weights, packed: rows of gates have <see cref="CellKernel.GateBlocks"/> blocks of the padded state's width.</summary>
internal sealed class CompiledLayer
{
    public CompiledLayer(PolicyWeights weights, int layer)
    {
        int hidden = weights.HiddenSize, width = PackedMatrix.Pad(hidden), columns = CellKernel.GateBlocks * width;
        int inputs = layer == 0 ? weights.EmbeddingSize : hidden;
        FromInput = new PackedMatrix(inputs, columns);
        FromState = new PackedMatrix(hidden, columns);
        Bias = new AlignedArray(columns);
        ReadOnlySpan<float> inputWeight = weights.Recurrent("weight_ih", layer), stateWeight = weights.Recurrent("weight_hh", layer);
        ReadOnlySpan<float> inputBias = weights.Recurrent("bias_ih", layer), stateBias = weights.Recurrent("bias_hh", layer);
        for (int gate = 0; gate < weights.Gates; gate++)
        {
            // A GRU's new state resets what comes from the state alone: that sum has a block of its own.
            int stateBlock = weights.Cell == RecurrentCell.Gru && gate == weights.Gates - 1 ? gate + 1 : gate;
            FromInput.SetColumns(gate * width, inputWeight.Slice(gate * hidden * inputs, hidden * inputs));
            FromState.SetColumns(stateBlock * width, stateWeight.Slice(gate * hidden * hidden, hidden * hidden));
            for (int i = 0; i < hidden; i++)
            {
                Bias.Span[(gate * width) + i] += inputBias[(gate * hidden) + i];
                Bias.Span[(stateBlock * width) + i] += stateBias[(gate * hidden) + i];
            }
        }
    }

    public PackedMatrix FromInput { get; }

    public PackedMatrix FromState { get; }

    public AlignedArray Bias { get; }
}
