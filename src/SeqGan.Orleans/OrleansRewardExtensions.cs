namespace SeqGan.Orleans;

/// <summary>Lets a training use a cluster.</summary>
public static class OrleansRewardExtensions
{
    /// <summary>
    /// Lets the silos of a cluster complete prefixes and score sequences, for whatever reward estimator the training has. The rewards are
    /// those of one process, bit for bit, wherever a piece is done and whatever fails meanwhile.
    /// </summary>
    /// <remarks>
    /// Silos complete with the rollout policy and score with the discriminator, if these are ready-made. Other rollouts, discriminators and
    /// added rewards, and completions under a constraint that is a function or a type of your own, stay in this process. Rewards of the
    /// silos' own are those of <paramref name="scorers"/>.
    /// </remarks>
    /// <param name="builder">The builder; its rollout must not be set otherwise.</param>
    /// <param name="client">A client that is connected; it stays the caller's.</param>
    /// <param name="configure">Sets options.</param>
    /// <param name="scorers">
    /// Names and weights of scorers that silos have in their container, as a keyed <see cref="ITextScorer"/>, or an
    /// <see cref="ISequenceScorer"/> of token ids: each is added as a reward, and asked for only from silos that have it. Texts are those
    /// of <see cref="Corpus.Decode(TokenBatch)"/>.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static SeqGanBuilder UseOrleansRewards(
        this SeqGanBuilder builder, IClusterClient client, Action<OrleansRewardOptions>? configure = null,
        params (string Name, WeightSchedule Weight)[] scorers)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(scorers);
        var options = new OrleansRewardOptions();
        configure?.Invoke(options);
        options.ThrowIfInvalid();
        var shared = new ConditionalWeakTable<SeqGanBuildContext, Shared>();
        foreach ((string name, WeightSchedule weight) in scorers)
            builder.AddReward(context => new NamedClusterScorer(name, Of(context).Cluster, context.Format, context.Corpus.Decode), weight);
        return builder.UseDiscriminatorScores(context => Of(context).Scorer).UseRollout(CreateRollout);

        IRollout CreateRollout(SeqGanBuildContext context) => new ClusterRollout(
            new MonteCarloRollout(context.Generator, context.Options.Rollout), Of(context).Cluster, Of(context).Scorer,
            context.Generator.Constraint);

        Shared Of(SeqGanBuildContext context) => shared.GetValue(context, Create);

        Shared Create(SeqGanBuildContext context)
        {
            var cluster = new RewardCluster(
                client, options, scorers.Select(scorer => scorer.Name), context.LoggerFactory.CreateLogger<RewardCluster>());
            context.Owns(cluster);
            return new Shared(cluster, new ClusterScorer(context.Discriminator, cluster, context.Format));
        }
    }

    private sealed record Shared(RewardCluster Cluster, ClusterScorer Scorer);
}
