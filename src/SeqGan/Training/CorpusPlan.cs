using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace SeqGan.Training;

/// <summary>
/// Chooses options by what a corpus is: how many sequences and tokens it has, how many different ones, how long the sequences are, and how
/// long the training may take.
/// </summary>
/// <remarks>
/// Networks, sizes, rates and epochs were chosen on first names (213,000 tokens), SMILES (524,000 and 2,100,000 tokens) and one oracle of
/// the synthetic experiment.
/// </remarks>
internal sealed class CorpusPlan
{
    private const int LargestBatch = 64, MostEpochs = 60, EmbeddingSize = 64;

    // The discriminator's rounds before adversarial training, and what each of them learns from. With more passes it memorises.
    private const int MostDiscriminatorRounds = 30, MostNegatives = 2560, DiscriminatorPasses = 6;

    // The multiplications of all epochs' forward passes without a budget: eight minutes on two cores with AVX-512.
    private const double DefaultWork = 1.5e13;

    // The most that rounds take of a budget from maximum likelihood, and what measurements take.
    private const double AdversarialShare = 0.2, RestShare = 0.1;

    // With more weights for each token, a network gains little for its time; with far more, it memorises the data.
    private const int WorthWeightsPerToken = 3, MostWeightsPerToken = 8;

    private const int MeasuredSteps = 5;

    // The smallest first.
    private static readonly NetworkSize[] s_sizes = [new(1, 64), new(2, 128), new(2, 192), new(2, 256), new(2, 384), new(2, 512)];

    private readonly Corpus _corpus;
    private readonly PlanOptions _wishes;
    private readonly long _tokens;

    private CorpusPlan(Corpus corpus, PlanOptions wishes)
    {
        (_corpus, _wishes) = (corpus, wishes);
        _tokens = Enumerable.Range(0, corpus.Training.Count).Sum(row => (long)corpus.Training.LengthOf(row));
    }

    private GeneratorNetwork Network => _wishes.Network ?? GeneratorNetwork.Lstm;

    // Without a reward of the user's, they have not improved a regularised generator (docs/results.md).
    private int Rounds => _wishes.Rounds ?? 0;

    private bool IsTransformer => Network == GeneratorNetwork.Transformer;

    private int BatchSize => Math.Clamp(_corpus.Training.Count / 2, 2, LargestBatch);

    // Tokens that are rare are memorised first.
    private double WeightDecay => _tokens < 200L * _corpus.Format.VocabularySize ? 0.2 : 0.1;

    // The fewer data, the more passes until there is nothing left to learn.
    private int WorthEpochs => (int)Math.Min(Math.Round(14 * Math.Max(1, Math.Pow(230_000.0 / Math.Max(1, _tokens), 0.4))), MostEpochs);

    // With fewer, a larger network is worse than a smaller one that has the time for more.
    private double LeastEpochs => WorthEpochs * 2 / 3.0;

    // In whole batches.
    private int Negatives => Math.Max(BatchSize / 2, Math.Min(_corpus.Training.Count, MostNegatives) / BatchSize * BatchSize);

    private int DiscriminatorRounds =>
        (int)Math.Clamp((long)DiscriminatorPasses * _corpus.Training.Count / Negatives, 1, MostDiscriminatorRounds);

    /// <exception cref="OptionsValidationException">
    /// The corpus or the budget is too small, or a wish is out of range; all failures are listed.
    /// </exception>
    public static SeqGanOptions For(Corpus corpus, PlanOptions wishes)
    {
        var plan = new CorpusPlan(corpus, wishes);
        string[] failures = [.. OptionsCheck.FindFailures(wishes), .. plan.FindFailures()];
        return failures.Length > 0 ? throw Failure(failures)
            : wishes.Budget is { } budget ? plan.ChooseWithin(budget) : plan.Choose();
    }

    private IEnumerable<string> FindFailures()
    {
        const string Prefix = nameof(PlanOptions) + ".";
        if (_corpus.Training.Count < 2)
        {
            yield return (_corpus.Training.Count == 1 ? "There is 1 sequence" : "There are no sequences")
                + " to train on, and at least 2 are needed: give more data, or hold out less.";
        }

        if (_wishes.Budget is { } budget && budget <= TimeSpan.Zero)
            yield return $"{Prefix}{nameof(PlanOptions.Budget)} is {Say(budget)}; it must be positive, or null for none.";
        if (IsTransformer && _wishes.HiddenSize is { } width && width % 2 != 0)
            yield return $"{Prefix}{nameof(PlanOptions.HiddenSize)} is {width}; a Transformer's must be even.";
        if (_wishes is { Budget: { } time, Epochs: { } epochs })
        {
            yield return $"{Prefix}{nameof(PlanOptions.Budget)} is {Say(time)} and {Prefix}{nameof(PlanOptions.Epochs)} is {epochs}: a "
                + "budget decides how many epochs there are; leave one of the two out.";
        }
    }

    private static OptionsValidationException Failure(params IEnumerable<string> failures) =>
        new(nameof(PlanOptions), typeof(PlanOptions), failures);

    private SeqGanOptions Choose()
    {
        NetworkSize[] sizes = Candidates(WorthWeightsPerToken);
        int least = Math.Min(1, sizes.Length - 1);
        NetworkSize size = sizes[least..].LastOrDefault(size => Work(size) * LeastEpochs <= DefaultWork) ?? sizes[least];
        int epochs = _wishes.Epochs ?? (int)Math.Clamp(Math.Round(DefaultWork / Work(size)), 1, WorthEpochs);
        return Options(size, epochs);
    }

    // The largest network that can pass over the data often enough.
    private SeqGanOptions ChooseWithin(TimeSpan budget)
    {
        NetworkSize[] sizes = Candidates(MostWeightsPerToken);
        (NetworkSize Size, double Epoch) chosen = (sizes[0], SecondsPerEpoch(sizes[0], budget));
        double adversarial = AdversarialTokens();
        if (Left(chosen.Epoch) < chosen.Epoch)
        {
            string network = _wishes.HiddenSize is { } units ? $"a network of {units} units" : "the smallest network";
            const double Share = 1 - RestShare - AdversarialShare;
            throw Failure(
                $"{nameof(PlanOptions)}.{nameof(PlanOptions.Budget)} is {Say(budget)}, but an epoch of {network} takes about "
                + $"{Round(chosen.Epoch)} here: give at least {Round(chosen.Epoch / Share)}, or less data.");
        }

        foreach (NetworkSize larger in sizes.Skip(1))
        {
            double epoch = SecondsPerEpoch(larger, budget);
            if (epoch * LeastEpochs > Left(epoch))
                break;
            chosen = (larger, epoch);
        }

        int epochs = (int)Math.Min(Left(chosen.Epoch) / chosen.Epoch, 2 * WorthEpochs);
        SeqGanOptions options = Options(chosen.Size, epochs);
        if (Rounds == 0)
        {
            double affordable = budget.TotalSeconds * AdversarialShare / (adversarial / DiscriminatorRounds * chosen.Epoch / _tokens);
            options.Training.DiscriminatorPretrainingRounds = (int)Math.Clamp(affordable, 1, DiscriminatorRounds);
        }

        return options;

        // The seconds of maximum likelihood if an epoch takes so many.
        double Left(double epoch) => budget.TotalSeconds * (1 - RestShare)
            - Math.Min(budget.TotalSeconds * AdversarialShare, adversarial * epoch / _tokens);
    }

    // What all but maximum likelihood costs, in tokens that are learned.
    private double AdversarialTokens()
    {
        // Measured: a generated sequence, with the real one beside it, costs at most as much as learning one by maximum likelihood.
        if (Rounds == 0)
            return (double)DiscriminatorRounds * Negatives * _tokens / _corpus.Training.Count;
        SeqGanOptions options = Options(s_sizes[0], epochs: 1);
        var costs = new WorkCosts(_corpus, options);
        double discriminator = costs.Of(TrainingWork.NegativeSampling) + costs.Of(TrainingWork.AdversarialRoundEnd)
            + 2.0 * options.Training.NegativeSamples / BatchSize * costs.Of(TrainingWork.DiscriminatorStep);
        return options.Training.DiscriminatorPretrainingRounds * discriminator
            + Rounds * (costs.Of(TrainingWork.PolicyStep) + discriminator);
    }

    /// <summary>The sizes that suit the wishes and the data, the smallest first; at least one.</summary>
    private NetworkSize[] Candidates(int weightsPerToken)
    {
        NetworkSize[] wished =
            [.. s_sizes.Select(size => new NetworkSize(_wishes.Layers ?? size.Layers, _wishes.HiddenSize ?? size.HiddenSize)).Distinct()];
        return [wished[0], .. wished.Skip(1).TakeWhile(size => Weights(size) <= weightsPerToken * _tokens)];
    }

    /// <summary>The multiplications of an epoch's forward pass.</summary>
    private double Work(NetworkSize size) =>
        (double)_tokens * (Weights(size) + (long)size.HiddenSize * _corpus.Format.VocabularySize);

    /// <summary>The weights of the layers between the embeddings and the output.</summary>
    private long Weights(NetworkSize size)
    {
        long hidden = size.HiddenSize;
        if (IsTransformer)
            return 12 * size.Layers * hidden * hidden;
        long gates = (Network == GeneratorNetwork.Gru ? 3 : 4) * hidden;
        return gates * (EmbeddingSize + hidden) + (size.Layers - 1) * gates * 2 * hidden;
    }

    private SeqGanOptions Options(NetworkSize size, int epochs) => new()
    {
        Generator = new GeneratorOptions
        {
            Network = Network,
            Layers = size.Layers,
            HiddenSize = size.HiddenSize,
            Heads = size.HiddenSize % 8 == 0 ? 4 : size.HiddenSize % 4 == 0 ? 2 : 1,
            EmbeddingSize = EmbeddingSize,
            LearningRate = IsTransformer ? TransformerGenerator.LearningRate : 0.006,
            WeightDecay = WeightDecay,
            Dropout = Dropout(size),
            // Small: larger steps trade diversity for reward.
            PolicyGradientLearningRate = IsTransformer ? TransformerGenerator.PolicyGradientLearningRate : 3e-4,
        },
        // The generator's states know the data, unless they give away what the generator has memorised.
        Discriminator = Dropout(size) < 0.2
            ? new DiscriminatorOptions { Network = DiscriminatorNetwork.GeneratorStates, LearningRate = 3e-3, L2 = 0 }
            : new DiscriminatorOptions { Network = DiscriminatorNetwork.Gru, Dropout = 0.5, LearningRate = 2e-3, L2 = 0 },
        Rewards = new RewardOptions { SamplesPerPrefix = 4, PrefixesPerSequence = Prefixes(), Baseline = RewardBaseline.LeaveOneOut },
        Training = new TrainingOptions
        {
            BatchSize = BatchSize,
            GeneratorPretrainingEpochs = epochs,
            LearningRateSchedule = LearningRateSchedule.Cosine,
            WarmupShare = 0.05,
            DiscriminatorPretrainingRounds = DiscriminatorRounds,
            DiscriminatorEpochs = 1, // New negatives in each: a discriminator memorises those that it sees again.
            NegativeSamples = Negatives,
            AdversarialRounds = Rounds,
        },
        Reason = Reason(),
    };

    // The fewer tokens for each weight, the more.
    private double Dropout(NetworkSize size) => ((double)_tokens / Weights(size)) switch
    {
        >= 1 => 0,
        >= 0.55 => 0.1,
        >= 0.3 => 0.2,
        >= 0.15 => 0.3,
        _ => 0.4,
    };

    // Four of a sequence of the mean length; they are spread over the longest.
    private int Prefixes()
    {
        double mean = (double)_tokens / _corpus.Training.Count;
        return (int)Math.Clamp(Math.Ceiling(4 * (_corpus.Format.MaxLength - 1) / Math.Max(1, mean - 1)), 4, 65_536);
    }

    private double SecondsPerEpoch(NetworkSize size, TimeSpan budget)
    {
        SeqGanOptions options = Options(size, epochs: 1);
        using NeuralGenerator generator = NeuralGenerator.Create(_corpus.Format, options.Generator);
        TokenBatch batch = _corpus.Training.TakeEvenly(BatchSize);
        float[] ones = [.. Enumerable.Repeat(1f, batch.Count * batch.Length)];
        TimeSpan fastest = TimeSpan.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        for (int step = 0; step < MeasuredSteps && (step == 0 || Stopwatch.GetElapsedTime(begin) < budget); step++)
        {
            long start = Stopwatch.GetTimestamp();
            generator.Train(batch, ones, GeneratorObjective.MaximumLikelihood);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            fastest = time < fastest ? time : fastest;
        }

        return fastest.TotalSeconds * _tokens / batch.TokenCount;
    }

    private string Reason()
    {
        double length = (double)_tokens / _corpus.Training.Count;
        string time = _wishes.Budget is { } budget ? $", and {Say(budget)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_corpus.Training.Count} sequences of {length:0.#} tokens and a vocabulary of {_corpus.Format.VocabularySize}{time}");
    }

    private static string Say(TimeSpan time) => Math.Abs(time.TotalSeconds) < 90
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} seconds")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} minutes");

    // Up, so that what it advises is enough.
    private static string Round(double seconds) => seconds switch
    {
        <= 1 => "a second",
        < 90 => $"{Math.Ceiling(seconds)} seconds",
        _ => $"{Math.Ceiling(seconds / 60)} minutes",
    };

    private sealed record NetworkSize(int Layers, int HiddenSize);
}
