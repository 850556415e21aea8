using Microsoft.Extensions.Options;

namespace SeqGan.Tests.Training;

public class CorpusPlanTests
{
    [Fact]
    public void For_MoreData_ChoosesALargerNetworkFewerEpochsAndLessDropout()
    {
        SeqGanOptions[] plans = [.. ((int[])[50, 3_000, 100_000]).Select(count => SeqGanOptions.For(Corpus(count, vocabulary: 20)))];

        Assert.Equal(plans.Select(Size), plans.Select(Size).Order());
        Assert.Equal(plans.Select(Epochs), plans.Select(Epochs).OrderDescending());
        Assert.True(plans[0].Generator.Dropout > plans[2].Generator.Dropout);
        Assert.True(Size(plans[2]) > Size(plans[0]) && Epochs(plans[2]) < Epochs(plans[0]));

        static int Size(SeqGanOptions plan) => plan.Generator.Layers * plan.Generator.HiddenSize;
        static int Epochs(SeqGanOptions plan) => plan.Training.GeneratorPretrainingEpochs;
    }

    [Fact]
    public void For_VeryLargeCorpus_LowersTheEpochsBeforeTheSize()
    {
        SeqGanOptions plan = SeqGanOptions.For(Corpus(3_000_000, vocabulary: 20));

        Assert.Equal((2, 128), (plan.Generator.Layers, plan.Generator.HiddenSize));
        Assert.InRange(plan.Training.GeneratorPretrainingEpochs, 1, 3);
    }

    [Fact]
    public void For_Transformer_LearnsAtItsOwnRates()
    {
        SeqGanOptions plan = SeqGanOptions.For(
            Corpus(3_000, vocabulary: 20), new PlanOptions { Network = GeneratorNetwork.Transformer });

        Assert.Equal((3e-3, 1e-4), (plan.Generator.LearningRate, plan.Generator.PolicyGradientLearningRate));
    }

    [Theory]
    [InlineData(250, 1)]
    [InlineData(36, 2)]
    [InlineData(64, 4)]
    public void For_TransformerOfAWidth_ChoosesHeadsThatDivideIt(int width, int heads)
    {
        var wishes = new PlanOptions { Network = GeneratorNetwork.Transformer, HiddenSize = width };
        Corpus corpus = Corpus(300, vocabulary: 20);

        SeqGanOptions plan = SeqGanOptions.For(corpus, wishes);

        Assert.Equal(heads, plan.Generator.Heads);
        using SeqGanTrainer trainer = new SeqGanBuilder(plan).UseCorpus(corpus).Build();
    }

    [Fact]
    public void For_RareTokens_DecaysMore()
    {
        double common = SeqGanOptions.For(Corpus(3_000, vocabulary: 20)).Generator.WeightDecay;

        Assert.InRange(common, 0.01, SeqGanOptions.For(Corpus(3_000, vocabulary: 2_000)).Generator.WeightDecay - 0.01);
    }

    [Fact]
    public void For_Twice_GivesTheSamePlanAndSaysItInALine()
    {
        SeqGanOptions first = SeqGanOptions.For(Corpus(25_000, vocabulary: 20));

        Assert.Equal(first.ToString(), SeqGanOptions.For(Corpus(25_000, vocabulary: 20)).ToString());
        Assert.Matches("^Lstm, 2 layers of [0-9]+ units, dropout 0.[0-9], weight decay 0.1, learning rate 0.006 \\(Cosine\\), "
            + "[0-9]+ epochs, 0 adversarial rounds, for 25000 sequences of 8 tokens and a vocabulary of 20$", first.ToString());
        first.Generator.HiddenSize = 5;
        Assert.Contains("layers of 5 units", first.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_OptionsThatNoPlanChooses_AreThereIfTheyAreSet()
    {
        var options = new SeqGanOptions();
        string plain = options.ToString();
        options.Generator = new GeneratorOptions
        {
            Network = GeneratorNetwork.Transformer, Heads = 2, TiedEmbeddings = true, WeightAveraging = 0.999,
        };

        Assert.Equal("Lstm, 1 layer of 128 units, learning rate 0.005, ", plain[..plain.IndexOf(options.Training.GeneratorPretrainingEpochs
            .ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)]);
        Assert.StartsWith(
            "Transformer, 1 layer of 128 units, 2 heads, tied embeddings, weights averaged at 0.999, ", options.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void For_Rounds_ChangeNothingBeforeThem()
    {
        var wishes = new PlanOptions { HiddenSize = 16, Layers = 1 };
        Corpus corpus = Corpus(1000, vocabulary: 20);
        SeqGanOptions without = SeqGanOptions.For(corpus, wishes);
        wishes.Rounds = 7;
        SeqGanOptions with = SeqGanOptions.For(corpus, wishes);

        Assert.Equal((0, 7), (without.Training.AdversarialRounds, with.Training.AdversarialRounds));
        Assert.Equal(DiscriminatorNetwork.GeneratorStates, without.Discriminator.Network);
        Assert.Equal((960, 6), (without.Training.NegativeSamples, without.Training.DiscriminatorPretrainingRounds));
        with.Training.AdversarialRounds = 0;
        Assert.Equal(without.ToString(), with.ToString());
        Assert.Equal(
            (without.Training.NegativeSamples, without.Training.DiscriminatorPretrainingRounds, without.Discriminator.Network),
            (with.Training.NegativeSamples, with.Training.DiscriminatorPretrainingRounds, with.Discriminator.Network));
    }

    [Theory]
    [InlineData(16, DiscriminatorNetwork.GeneratorStates)]
    [InlineData(512, DiscriminatorNetwork.Gru)]
    public void For_GeneratorThatMemorises_ChoosesADiscriminatorThatDoesNotReadItsStates(int hiddenSize, DiscriminatorNetwork expected) =>
        Assert.Equal(expected, SeqGanOptions.For(
            Corpus(2000, vocabulary: 20), new PlanOptions { HiddenSize = hiddenSize, Layers = 1 }).Discriminator.Network);

    [Fact]
    public void For_BudgetWithRounds_LeavesTimeForThem()
    {
        Corpus corpus = Corpus(300, vocabulary: 20);
        var wishes = new PlanOptions { Budget = TimeSpan.FromMinutes(10), HiddenSize = 16, Layers = 1, Rounds = 5 };

        Assert.Equal(5, SeqGanOptions.For(corpus, wishes).Training.AdversarialRounds);
    }

    [Fact]
    public void For_Wishes_HoldsToThem()
    {
        var wishes = new PlanOptions { Network = GeneratorNetwork.Lstm, HiddenSize = 33, Layers = 3, Epochs = 7, Rounds = 0 };

        SeqGanOptions plan = SeqGanOptions.For(Corpus(300, vocabulary: 20), wishes);

        Assert.Equal((GeneratorNetwork.Lstm, 33, 3), (plan.Generator.Network, plan.Generator.HiddenSize, plan.Generator.Layers));
        Assert.Equal((7, 0), (plan.Training.GeneratorPretrainingEpochs, plan.Training.AdversarialRounds));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(9, 4)]
    [InlineData(5_000, 64)]
    public void For_AnyCorpus_GivesOptionsThatBuild(int count, int batchSize)
    {
        Corpus corpus = Corpus(count, vocabulary: 20);
        SeqGanOptions plan = SeqGanOptions.For(corpus);

        Assert.Equal(batchSize, plan.Training.BatchSize);
        using SeqGanTrainer trainer = new SeqGanBuilder(plan).UseCorpus(corpus).Build();
    }

    [Fact]
    public void For_Budgets_GiveEpochsByTheTimeThatTheyTake()
    {
        Corpus corpus = Corpus(5_000, vocabulary: 20);
        var wishes = new PlanOptions { HiddenSize = 16, Layers = 1, Rounds = 0 };
        int[] epochs = [.. ((double[])[10, 60, 100_000]).Select(seconds =>
        {
            wishes.Budget = TimeSpan.FromSeconds(seconds);
            return SeqGanOptions.For(corpus, wishes).Training.GeneratorPretrainingEpochs;
        })];

        Assert.Equal(epochs, epochs.Order());
        Assert.InRange(epochs[0], 1, epochs[2]);
        Assert.InRange(epochs[2], 2, 120);
    }

    [Fact]
    public void For_LongBudget_AffordsALargerNetwork()
    {
        Corpus corpus = Corpus(3_000, vocabulary: 20);
        SeqGanOptions patient = SeqGanOptions.For(corpus, new PlanOptions { Budget = TimeSpan.FromHours(5) });

        Assert.True(patient.Generator.HiddenSize >= SeqGanOptions.For(corpus).Generator.HiddenSize);
        Assert.EndsWith("a vocabulary of 20, and 300 minutes", patient.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void For_BudgetBelowAnEpoch_SaysHowLongOneTakes()
    {
        var error = Assert.Throws<OptionsValidationException>(() => SeqGanOptions.For(
            Corpus(60_000, vocabulary: 500), new PlanOptions { Budget = TimeSpan.FromMilliseconds(1) }));

        Assert.Matches("PlanOptions.Budget is 0.001 seconds, but an epoch of the smallest network takes about (a second|[0-9]+ "
            + "(seconds|minutes)) here: give at least [0-9]+ (seconds|minutes), or less data", error.Message);
    }

    [Fact]
    public void For_NothingThatCanBePlanned_ListsEveryFailure()
    {
        var error = Assert.Throws<OptionsValidationException>(() => SeqGanOptions.For(
            Corpus(1, vocabulary: 20), new PlanOptions { Budget = TimeSpan.FromSeconds(-1), Epochs = 3, HiddenSize = 0, Rounds = -1 }));
        var odd = Assert.Throws<OptionsValidationException>(() => SeqGanOptions.For(
            Corpus(1, vocabulary: 20), new PlanOptions { Network = GeneratorNetwork.Transformer, HiddenSize = 7 }));

        Assert.Contains("PlanOptions.HiddenSize is 7; a Transformer's must be even", odd.Message, StringComparison.Ordinal);
        Assert.Contains("There is 1 sequence to train on", odd.Message, StringComparison.Ordinal);
        Assert.Contains("There is 1 sequence to train on, and at least 2 are needed", error.Message, StringComparison.Ordinal);
        Assert.Contains("Budget is -1 seconds; it must be positive", error.Message, StringComparison.Ordinal);
        Assert.Contains("PlanOptions.Epochs is 3: a budget decides", error.Message, StringComparison.Ordinal);
        Assert.Contains("HiddenSize is 0; it must be in [1, 65536]", error.Message, StringComparison.Ordinal);
        Assert.Contains("Rounds is -1; it must be in [0, 2147483647]", error.Message, StringComparison.Ordinal);
    }

    private static Corpus Corpus(int count, int vocabulary)
    {
        var key = new RandomKey(5, RandomPurpose.User);
        int[] tokens = [.. Enumerable.Range(0, count * 8).Select(i => (int)(key.NextUniform(i, 0, 0) * vocabulary))];
        var batch = new TokenBatch(tokens, count, 8);
        return SeqGan.Corpus.FromTokens(batch, batch.Slice(0, Math.Min(count, 20)), new SequenceFormat(vocabulary, 8));
    }
}
