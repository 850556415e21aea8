namespace SeqGan.Tool;

/// <summary>What the command line says about the networks and how long they train; the library chooses the rest.</summary>
internal sealed record TrainingPlan(
    ulong Seed, bool Quick, double? Minutes, GeneratorNetwork? Network, int? HiddenSize, int? Epochs, int? Rounds)
{
    // Seconds for a small corpus, and for a large one a part of it would do.
    private const long QuickBatches = 300;

    /// <param name="corpus">What is learned from.</param>
    /// <param name="before">The options of the training that is resumed, by their path; null for a new one.</param>
    public SeqGanOptions For(Corpus corpus, IReadOnlyDictionary<string, string>? before)
    {
        var plan = new PlanOptions
        {
            Network = Network,
            HiddenSize = HiddenSize ?? (Quick ? 64 : null),
            Layers = Quick ? 1 : null,
            Epochs = Epochs ?? (Quick && Minutes is null
                ? (int)Math.Clamp(QuickBatches * 64 / Math.Max(1, corpus.Training.Count), 1, 60) : null),
            Rounds = Rounds ?? (Quick ? 2 : null),
        };
        if (before is null)
            plan.Budget = Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        else
            TakeOver(plan, before);
        SeqGanOptions options = SeqGanOptions.For(corpus, plan);
        options.Seed = Seed;

        // A falling rate helps late, so patience is long. The best epoch is kept.
        int patience = Math.Max(3, options.Training.GeneratorPretrainingEpochs / 3);
        if (corpus.HeldOut.Count > 0)
            options.Training.EarlyStopping.Add(new EarlyStoppingOptions { Metric = EvaluationMetricNames.NllTest, Patience = patience });
        if (Quick)
            (options.Rewards.SamplesPerPrefix, options.Training.DiscriminatorPretrainingRounds) = (2, 1);
        return options;
    }

    // A budget measures the machine, which would give other numbers now.
    private static void TakeOver(PlanOptions plan, IReadOnlyDictionary<string, string> before)
    {
        plan.Network ??= Enum.TryParse(before.GetValueOrDefault("Generator.Network"), out GeneratorNetwork network) ? network : null;
        plan.HiddenSize ??= Read("Generator.HiddenSize");
        plan.Layers ??= Read("Generator.Layers");
        plan.Epochs ??= Read("Training.GeneratorPretrainingEpochs");
        plan.Rounds ??= Read("Training.AdversarialRounds");

        int? Read(string name) => int.TryParse(before.GetValueOrDefault(name), CultureInfo.InvariantCulture, out int value) ? value : null;
    }
}
