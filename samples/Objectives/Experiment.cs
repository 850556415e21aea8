using SeqGan.Discrimination;
using SeqGan.Evaluation;
using SeqGan.Rewards;
using SeqGan.Training;
using SeqGan;

namespace Objectives;

/// <summary>One seed: maximum likelihood, and from there the discriminator alone, and with the predicate.</summary>
internal sealed class Experiment(ulong seed, bool smoke)
{
    public async Task<Dictionary<string, Figures>> RunAsync(Action<string> say)
    {
        var corpus = Corpus.FromLines(Grammar.Draw(smoke ? 1000 : 5000, seed),
            new CorpusOptions { MaxLength = Grammar.MaxLength, HeldOutFraction = 0.1, Seed = seed });
        using SeqGanTrainer control = Builder(corpus).Build();
        await control.TrainAsync(TrainingPhase.GeneratorPretraining | TrainingPhase.DiscriminatorPretraining);
        Figures mle = Figures.Of(control);
        say($"seed {seed}: maximum likelihood {mle}");

        using SeqGanTrainer steered = Builder(corpus)
            .AddTextReward("nested", 1, text => Grammar.IsNested(text) ? 1 : 0)
            .Build();
        Copy(control.Generator, steered.Generator);
        Copy(control.Discriminator, steered.Discriminator);

        await control.TrainAsync(TrainingPhase.Adversarial);
        Figures discriminatorOnly = Figures.Of(control);
        say($"seed {seed}: discriminator only {discriminatorOnly}");
        await steered.TrainAsync(TrainingPhase.Adversarial);
        Figures objective = Figures.Of(steered);
        say($"seed {seed}: with the objective {objective}");
        return new Dictionary<string, Figures> { ["mle"] = mle, ["discriminator_only"] = discriminatorOnly, ["objective"] = objective };
    }

    private SeqGanBuilder Builder(Corpus corpus) => new SeqGanBuilder()
        .UseCorpus(corpus)
        .UseSeed(seed)
        .Configure(options =>
        {
            options.Generator.HiddenSize = smoke ? 32 : 96;
            options.Generator.EmbeddingSize = 32;
            options.Generator.PolicyGradientLearningRate = 1e-3;
        })
        .Configure(options => options.Discriminator = new DiscriminatorOptions
        {
            Network = DiscriminatorNetwork.GeneratorStates,
            HiddenSize = 32,
            Dropout = 0.5,
            LearningRate = 3e-3,
        })
        .Configure(options =>
        {
            options.Rewards.PrefixesPerSequence = 4;
            options.Rewards.SamplesPerPrefix = 1;
            options.Rewards.Baseline = RewardBaseline.LeaveOneOut;
        })
        .Configure(options =>
        {
            options.Training.GeneratorPretrainingEpochs = smoke ? 3 : 60;
            options.Training.EarlyStopping.Add(new EarlyStoppingOptions { Patience = 4, RestoreBest = true });
            options.Training.DiscriminatorPretrainingRounds = smoke ? 1 : 4;
            options.Training.DiscriminatorEpochs = 1;
            options.Training.NegativeSamples = 128;
            options.Training.AdversarialRounds = smoke ? 2 : 100;
        })
        .AddObserver(new EvaluationObserver([Evaluators.HeldOutLikelihood(corpus)], interval: 1));

    private static void Copy(object from, object to)
    {
        using var state = new MemoryStream();
        ((ICheckpointable)from).SaveState(state);
        state.Position = 0;
        ((ICheckpointable)to).RestoreState(state, ((ICheckpointable)to).StateVersion);
    }
}
