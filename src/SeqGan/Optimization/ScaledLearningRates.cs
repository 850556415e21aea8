namespace SeqGan.Optimization;

/// <summary>The learning rates of some optimizers, multiplied.</summary>
internal sealed class ScaledLearningRates(IEnumerable<optim.Optimizer> optimizers)
{
    // Of LBFGS, the groups' rates have no effect.
    private readonly (optim.ILearningRateController Controller, double Rate)[] _rates =
    [
        .. from optimizer in optimizers
           from controller in optimizer is optim.ILearningRateController own ? [own] : optimizer.ParamGroups
           select (controller, controller.LearningRate),
    ];

    /// <summary>What the rates that the optimizers had at first are multiplied by; positive and finite.</summary>
    public double Scale
    {
        get;
        set
        {
            if (!(value > 0 && double.IsFinite(value)))
                throw new ArgumentOutOfRangeException(nameof(value), value, "The learning rate's scale must be positive and finite.");
            field = value;
            foreach ((optim.ILearningRateController controller, double rate) in _rates)
                controller.LearningRate = rate * value;
        }
    } = 1;
}
