namespace SeqGan.Generation;

/// <summary>The optimizer of a network.</summary>
public enum OptimizerKind
{
    /// <summary>Adam (Kingma, Ba 2015) with its usual decay rates 0.9 and 0.999.</summary>
    Adam = 0,

    /// <summary>RMSProp with smoothing 0.99.</summary>
    RmsProp = 1,

    /// <summary>Stochastic gradient descent without momentum.</summary>
    Sgd = 2,
}
