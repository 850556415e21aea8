namespace SeqGan.Generation;

/// <summary>Computes the loss of a batch and its gradient, which it leaves in the parameters' gradients.</summary>
internal interface ITrainingStep
{
    /// <returns>The mean over the tokens of weight times negative log-likelihood, and that of the negative log-likelihood.</returns>
    (double Loss, double NegativeLogLikelihood) ComputeGradients(TrainingTokens tokens);
}

/// <summary>Loss and gradient by libtorch's operators and autograd, on any device.</summary>
internal sealed class PlainStep(SequenceNetwork network) : ITrainingStep
{
    public (double Loss, double NegativeLogLikelihood) ComputeGradients(TrainingTokens tokens)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        network.zero_grad(set_to_none: true);
        Device device = network.Device;
        Tensor hidden = network.HiddenOf(tokens);
        Tensor logits = network.Logits(hidden, tokens.AreGenerated);
        if (tokens.Allowed.Length > 0)
        {
            using Scalar never = float.NegativeInfinity;
            logits = logits.masked_fill(ForbiddenTokens.Of(logits, tokens.Allowed), never);
        }

        Tensor nll = nn.functional.cross_entropy(logits, tensor(tokens.Targets, device: device), reduction: nn.Reduction.None);
        using Scalar count = tokens.Count;
        Tensor loss = (nll * tensor(tokens.Weights, device: device)).sum().div(count);
        loss.backward();
        return (loss.item<float>(), nll.mean().item<float>());
    }
}
