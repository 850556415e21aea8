using SeqGan;
using SeqGan.Building;
using SeqGan.Generation;
using SeqGan.Orleans;
using SeqGan.Rewards;
using SeqGan.Training;

namespace Cluster;

/// <summary>
/// The reward estimation of the published problem, 64 sequences of 20 tokens with 16 completions of every prefix, or of a smaller one.
/// </summary>
internal sealed class Estimation : IDisposable
{
    // All of a batch at a time: where it is split, workers wait for each other at every split.
    private const int Batch = 64, MaxCompletions = 1 << 16;

    /// <summary>Of the published problem: 16 of each of 19 prefixes.</summary>
    public const int CompletionsOfABatch = Batch * 19 * 16;

    private readonly SeqGanTrainer _trainer;
    private readonly float[] _rewards;
    private MonteCarloRewardEstimator? _estimator;
    private IRollout? _rollout;

    /// <summary>On a cluster, or in this process.</summary>
    public Estimation(IClusterClient? cluster, bool isSmall = false)
    {
        var format = isSmall ? new SequenceFormat(500, 12) : new SequenceFormat(5000, 20);
        _rewards = new float[Batch * format.MaxLength];
        using RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(format, seed: 1);
        TokenBatch data = oracle.Sample(500, seed: 1).AsBatch();
        SeqGanBuilder builder = new SeqGanBuilder()
            .UseCorpus(Corpus.FromTokens(data[..400], data[400..], format))
            .UseSeed(1)
            .Configure(options =>
            {
                options.UsePaperParameters();
                if (isSmall)
                    (options.Discriminator.FilterWidths, options.Discriminator.FilterCounts) = ([1, 2, 3], [50, 50, 50]);
            })
            .UseRewardEstimator(context =>
            {
                _rollout = context.Rollout;
                return _estimator = new MonteCarloRewardEstimator(context.Rollout, context.Scorer, maxCompletions: MaxCompletions);
            });
        if (cluster is not null)
            builder.UseOrleansRewards(cluster);
        _trainer = builder.Build();
    }

    /// <summary>The rewards of a batch; the generator then takes a step along them, and the rollout policy follows it.</summary>
    public async Task<(float[] Rewards, TimeSpan Time)> EstimateAsync(uint step, CancellationToken cancellationToken)
    {
        TokenBatch sequences = _trainer.Generator.Sample(
            Batch, new RandomKey(1, RandomPurpose.Sampling, step), cancellationToken: cancellationToken).AsBatch();
        long began = TimeProvider.System.GetTimestamp();
        await _estimator!.EstimateAsync(
            sequences, new RewardRequest { Key = new RandomKey(1, RandomPurpose.Rollout, step) }, _rewards, cancellationToken);
        TimeSpan time = TimeProvider.System.GetElapsedTime(began);
        _trainer.Generator.Train(sequences, _rewards, GeneratorObjective.PolicyGradient, cancellationToken);
        _rollout!.UpdatePolicy();
        return ([.. _rewards], time);
    }

    /// <summary>Lets the discriminator take a step, so that workers need its weights again.</summary>
    public async Task TrainDiscriminatorAsync(uint step, CancellationToken cancellationToken)
    {
        TokenBatch generated = _trainer.Generator.Sample(
            Batch, new RandomKey(2, RandomPurpose.Sampling, step), cancellationToken: cancellationToken).AsBatch();
        await _trainer.Discriminator.TrainAsync(_trainer.Corpus.Training.Slice(0, Batch), generated, cancellationToken);
    }

    public void Dispose() => _trainer.Dispose();
}
