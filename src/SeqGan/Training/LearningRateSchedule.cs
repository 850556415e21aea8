namespace SeqGan.Training;

/// <summary>How a learning rate falls from the end of the warm-up to the end of pre-training.</summary>
public enum LearningRateSchedule
{
    /// <summary>Not at all.</summary>
    Constant = 0,

    /// <summary>By the same amount at each step.</summary>
    Linear = 1,

    /// <summary>As half a wave of a cosine: slowly at first and at last (Loshchilov, Hutter: "SGDR", ICLR 2017).</summary>
    Cosine = 2,
}

/// <summary>The learning rate at a step of pre-training, as a share of the component's own.</summary>
internal static class LearningRateDecay
{
    /// <summary>
    /// Gives it for a step, from 0, of so many; a step beyond them, in an epoch that was open at a resumption, is the last.
    /// </summary>
    public static double ShareAt(TrainingOptions options, long step, long steps)
    {
        steps = Math.Max(1, steps);
        double passed = (Math.Min(step, steps - 1) + 0.5) / steps, warmup = options.WarmupShare;
        if (passed < warmup)
            return passed / warmup;
        double left = (1 - passed) / (1 - warmup);
        double share = options.LearningRateSchedule switch
        {
            LearningRateSchedule.Linear => left,
            LearningRateSchedule.Cosine => (1 - Math.Cos(Math.PI * left)) / 2,
            _ => 1,
        };
        return options.FinalLearningRateShare + (1 - options.FinalLearningRateShare) * share;
    }
}
