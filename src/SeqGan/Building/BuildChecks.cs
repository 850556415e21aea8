using Microsoft.Extensions.Options;

namespace SeqGan.Building;

/// <summary>What is wrong with a plan; each failure names the values and what would be valid.</summary>
internal static class BuildChecks
{
    /// <exception cref="OptionsValidationException">Something is wrong; all failures are listed.</exception>
    public static void ThrowIfInvalid(BuildPlan plan)
    {
        string[] failures = [.. FindFailures(plan)];
        if (failures.Length > 0)
            throw Failure(failures);
    }

    public static OptionsValidationException Failure(params IEnumerable<string> failures) =>
        new(nameof(SeqGanBuilder), typeof(SeqGanOptions), failures);

    private static IEnumerable<string> FindFailures(BuildPlan plan)
    {
        SeqGanOptions options = plan.Options;
        ValidateOptionsResult result = new SeqGanOptionsValidator().Validate(null, options);
        foreach (string failure in result.Failures ?? [])
            yield return failure;
        if (plan.Corpus is null)
            yield return plan.MissingCorpus;
        if (result.Failed)
            yield break;
        IEnumerable<string> contradictions =
        [
            .. plan.Generator is null ? options.Generator.Contradictions() : [],
            .. plan.Discriminator is null ? options.Discriminator.Contradictions(plan.Corpus?.Format.MaxLength ?? int.MaxValue) : [],
            .. FindDeviceFailures(plan),
            .. FindPolicyGradientFailures(options.PolicyGradient),
            .. FindRewardFailures(plan),
            .. plan.Corpus is null ? [] : TrainerComponents.FindFailures(options.Training, plan.Corpus),
        ];
        foreach (string contradiction in contradictions)
            yield return contradiction;
    }

    private static IEnumerable<string> FindDeviceFailures(BuildPlan plan)
    {
        SeqGanOptions options = plan.Options;
        if (plan.Generator is null && TorchDevice.DescribeProblem(options.Generator.Device) is { } ofGenerator)
            yield return $"{nameof(GeneratorOptions)}.{ofGenerator}";
        if (plan.Discriminator is null or { UsesDevice: true }
            && TorchDevice.DescribeProblem(options.Discriminator.Device) is { } ofDiscriminator)
        {
            yield return $"{nameof(DiscriminatorOptions)}.{ofDiscriminator}";
        }
    }

    private static IEnumerable<string> FindPolicyGradientFailures(PolicyGradientOptions options)
    {
        const string Prefix = nameof(PolicyGradientOptions) + ".";
        if (options is { KlTarget: { } target, KlCoefficient: 0 })
        {
            yield return $"{Prefix}{nameof(options.KlTarget)} is {target}, but {nameof(options.KlCoefficient)} is 0: "
                + "set it to the coefficient's first value, or leave the target out.";
        }

        if (options is { ClipRange: > 0 and var range, Passes: 1 })
        {
            yield return $"{Prefix}{nameof(options.ClipRange)} is {range}, but {nameof(options.Passes)} is 1, "
                + $"and the first pass has nothing to clip: set it to 2 or more, or {nameof(options.ClipRange)} to 0.";
        }
    }

    private static IEnumerable<string> FindRewardFailures(BuildPlan plan)
    {
        List<Reward> rewards = plan.Rewards;
        RewardOptions options = plan.Options.Rewards;
        if (options.DiscriminatorWeight.IsZero && rewards.Count == 0 && plan.RewardEstimator is null)
        {
            yield return $"{nameof(RewardOptions)}.{nameof(RewardOptions.DiscriminatorWeight)} is 0 and no reward was added: "
                + "nothing would reward a sequence.";
        }

        if (options.DiscriminatorWeight.IsZero && rewards.Count > 0 && rewards.TrueForAll(reward => reward.Weight.IsZero))
        {
            string names = string.Join(", ", rewards.Select(reward => $"'{reward.Name ?? "a factory's reward"}'"));
            yield return $"The weights of the discriminator and of {names} are 0: nothing would reward a sequence. "
                + "At least one must not be 0.";
        }

        foreach (Reward reward in rewards)
        {
            string name = reward.Name is null ? "The weight of a factory's reward" : $"The weight of reward '{reward.Name}'";
            if (reward.Weight.ConstantValue is { } weight && !double.IsFinite(weight))
                yield return $"{name} is {weight}; it must be finite.";
            if (options.Combination == RewardCombination.Product && reward.Weight.ConstantValue is < 0)
                yield return $"{name} is {reward.Weight}; in a product it must be at least 0.";
        }

        foreach (Reward reward in rewards.Where(reward => reward.Name is { } name && string.IsNullOrWhiteSpace(name)))
            yield return $"A reward's name is '{reward.Name}'; it must not be empty.";
        foreach (var same in rewards.GroupBy(reward => reward.Name).Where(group => group.Key is not null && group.Count() > 1))
            yield return $"{same.Count()} rewards have the name '{same.Key}'; names must differ.";
        foreach (Reward reward in rewards.Where(reward => reward.NeedsText && plan.Corpus is { Vocabulary: null }))
        {
            yield return $"Reward '{reward.Name}' is a rule over text, but the corpus has token ids and no vocabulary: "
                + $"use {nameof(SeqGanBuilder.AddTokenReward)}, or a corpus with text.";
        }
    }
}
