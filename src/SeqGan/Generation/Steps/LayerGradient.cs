namespace SeqGan;

/// <summary>The gradients of one recurrent layer's weights.</summary>
internal sealed class LayerGradient(LayerWeights weights)
{
    public GradientSum Input { get; } = new(weights.Input.Shape);

    public GradientSum Recurrent { get; } = new(weights.Recurrent.Shape);

    public GradientSum InputBias { get; } = new(weights.InputBias.Shape);

    public GradientSum RecurrentBias { get; } = new(weights.RecurrentBias.Shape);

    public IEnumerable<(string Name, GradientSum Sum)> All =>
        [("weight_ih", Input), ("weight_hh", Recurrent), ("bias_ih", InputBias), ("bias_hh", RecurrentBias)];
}
