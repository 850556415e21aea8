namespace SeqGan;

/// <summary>Computes the loss of a batch and its gradient, which it leaves in the parameters' gradients.</summary>
internal interface ITrainingStep
{
    /// <returns>The mean of weight times negative log-likelihood over the tokens, and that of the negative log-likelihood.</returns>
    (double Loss, double NegativeLogLikelihood) ComputeGradients(TrainingTokens tokens);
}
