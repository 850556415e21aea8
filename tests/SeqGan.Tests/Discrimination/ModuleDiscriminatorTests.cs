using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

public class ModuleDiscriminatorTests
{
    private static readonly TokenBatch Real = Discriminators.Random(Discriminators.Fixed, 12, 1, 2, 7);
    private static readonly TokenBatch Generated = Discriminators.Random(Discriminators.Fixed, 12, 2, 7);

    public static TheoryData<string> Shapes => ["flat", "column", "two classes", "double"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Train_AnyAllowedOutput_Learns(string shape)
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(embedded => shape switch
        {
            "flat" => embedded.mean([1, 2]),
            "column" => embedded.mean([1, 2]).unsqueeze(1),
            "double" => embedded.mean([1, 2]).to_type(ScalarType.Float64),
            _ => embedded.mean([1]).narrow(1, 0, 2),
        });
        double first = Discriminators.Train(discriminator, Real, Generated).Loss, last = first;
        for (int i = 0; i < 200; i++)
            last = Discriminators.Train(discriminator, Real, Generated).Loss;
        Assert.True(last < first, $"{first} {last}");
        Assert.True(Discriminators.Score(discriminator, Real).Average() > Discriminators.Score(discriminator, Generated).Average());
    }

    [Fact]
    public void Train_MoreRealThanGenerated_CountsEachSequenceOnceInTheAccuracy()
    {
        using ModuleDiscriminator undecided = Discriminators.Around(embedded => embedded.mean([1, 2]) * 0);

        DiscriminatorStep step = Discriminators.Train(undecided, Real[..9], Generated[..3]);

        // A score of 0.5 counts as real: right for 9 of 12.
        Assert.Equal((0.75, 0.5, 0.5), (step.Accuracy, step.RealScore, step.GeneratedScore));
    }

    [Fact]
    public void Train_BackwardPassThrows_NamesItAndChangesNoWeight()
    {
        using ModuleDiscriminator discriminator =
            Discriminators.Around(embedded => FailingFunction.Apply(FailingFunction.Apply(embedded)).sum([1L, 2L]));
        TokenBatch batch = Discriminators.Random(Discriminators.Fixed, 20, 1);
        float[] before = Discriminators.Score(discriminator, batch);
        FailingFunction.Fails = true;
        var error = Assert.Throws<ScorerException>(() => Discriminators.Train(discriminator, batch[..10], batch[10..]));
        FailingFunction.Fails = false;
        Assert.Equal("no gradient", Assert.IsType<InvalidOperationException>(error.InnerException).Message);
        Assert.Equal(before, Discriminators.Score(discriminator, batch));
        Discriminators.Train(discriminator, batch[..10], batch[10..]);
        Assert.NotEqual(before, Discriminators.Score(discriminator, batch));
    }

    [Fact]
    public void Score_TwoLogits_IsTheSoftmaxOfTheSecond()
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(e => tensor(new[] { 0f, MathF.Log(3) }).expand(e.shape[0], 2));
        Assert.All(Discriminators.Score(discriminator, Real), score => Assert.Equal(0.75, score, 5));
    }

    [Fact]
    public void ScoreAndTrain_WrongShape_NamesItAndWhatIsExpected()
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(embedded => embedded);
        foreach (Action act in new Action[] { () => Discriminators.Score(discriminator, Real),
            () => Discriminators.Train(discriminator, Real, Generated) })
        {
            var error = Assert.Throws<ScorerException>(act);
            Assert.Equal("mine", error.ScorerName);
            Assert.Matches(@"'mine' maps \[\d+, 6\] to \[\d+, 6, 4\]; it must give one logit a sequence", error.Message);
        }
    }

    [Fact]
    public void Score_IntegerOutput_IsRefused()
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(e => zeros(e.shape[0], ScalarType.Int64));
        Assert.Contains("Int64", Assert.Throws<ScorerException>(() => Discriminators.Score(discriminator, Real)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Score_NotANumber_NamesTheSequence()
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(e => full(e.shape[0], float.NaN));
        Assert.Contains("sequence 0 the score NaN", Assert.Throws<ScorerException>(() => Discriminators.Score(discriminator, Real)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Score_ModuleThrows_IsWrapped()
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(_ => throw new InvalidOperationException("no luck"));
        var error = Assert.Throws<ScorerException>(() => Discriminators.Score(discriminator, Real));
        Assert.Contains("'mine' failed on tokens of the shape [64, 6]: no luck", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Theory]
    [InlineData(11, "Sequence 1 has token 11 at position 2; tokens are in [0, 11).")]
    [InlineData(-1, "Sequence 1 has token -1 at position 2; tokens are in [0, 11).")]
    public void ScoreAndTrain_TokenOutsideTheVocabulary_NameValuePositionAndRange(int token, string expected)
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(e => e.mean([1, 2]));
        var batch = new TokenBatch(new[] { 2, 3, 4, 5, 6, 7, 2, 3, token, 5, 6, 7 }, 2, 6);
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => Discriminators.Score(discriminator, batch)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => Discriminators.Train(discriminator, batch, Generated)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => Discriminators.Train(discriminator, Real, batch)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Score_TooLongOrNoRoom_IsRefused()
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(e => e.mean([1, 2]));
        Assert.Throws<ArgumentException>(() => Discriminators.Score(discriminator, new TokenBatch(new int[7], 1, 7)));
        Assert.Throws<ArgumentException>(() => discriminator.ScoreAsync(Real, new float[3], TestContext.Current.CancellationToken).AsTask()
            .Wait(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Score_ModuleWithDropoutLeftInTrainingMode_IsDeterministic()
    {
        nn.Module<Tensor, Tensor> module = WithDropout();
        using var discriminator = new ModuleDiscriminator("mine", module, Discriminators.Fixed);
        module.train();
        float[] expected = Discriminators.Score(discriminator, Real);
        module.train();
        Assert.Equal(expected, Discriminators.Score(discriminator, Real));
        Discriminators.Train(discriminator, Real, Generated);
        Assert.False(module.training);
    }

    [Fact]
    public void Train_NotFinite_ChangesNoWeightAndSaysSo()
    {
        bool poisoned = false;
        using ModuleDiscriminator discriminator = Discriminators.Around(e => e.mean([1, 2]) * (poisoned ? float.PositiveInfinity : 1));
        float[] before = Discriminators.Score(discriminator, Real);
        poisoned = true;
        Assert.False(double.IsFinite(Discriminators.Train(discriminator, Real, Generated).Loss));
        poisoned = false;
        Assert.Equal(before, Discriminators.Score(discriminator, Real));
        Assert.True(double.IsFinite(Discriminators.Train(discriminator, Real, Generated).Loss));
        Assert.NotEqual(before, Discriminators.Score(discriminator, Real));
    }

    [Fact]
    public void Train_GradientClip_BoundsTheStepAndReportsTheNormBefore()
    {
        var options = new DiscriminatorOptions { GradientClip = 1e-3 };
        using var discriminator = new ModuleDiscriminator(
            "mine", WithDropout(), Discriminators.Fixed, options, createOptimizer: parameters => optim.SGD(parameters, 1));
        float[] before = Weights();
        double norm = Discriminators.Train(discriminator, Real, Generated).GradientNorm;
        double moved = Math.Sqrt(Weights().Zip(before, (a, b) => (double)(a - b) * (a - b)).Sum());
        Assert.True(norm > 1e-2, $"{norm}");
        Assert.Equal(1e-3, moved, 5);

        float[] Weights() => [.. discriminator.StateDictionary().SelectMany(weight => weight.Value.data<float>().ToArray())];
    }

    [Fact]
    public void Parameters_OfTheReadyMadeNetworks_AreListedOnce()
    {
        foreach (DiscriminatorNetwork network in Enum.GetValues<DiscriminatorNetwork>())
        {
            using ModuleDiscriminator discriminator = Discriminators.Create(network, Discriminators.Fixed);
            IntPtr[] handles = [.. discriminator.StateDictionary().Values.Select(weight => weight.Handle)];
            Assert.Equal(handles.Length, handles.Distinct().Count());
        }
    }

    [Fact]
    public void Train_NoParameters_DoesNotTrain()
    {
        using var discriminator = new ModuleDiscriminator("mine", new MeanTokenModule(), Discriminators.Fixed);
        Assert.Same(DiscriminatorStep.NotTrained, Discriminators.Train(discriminator, Real, Generated));
    }

    [Fact]
    public void Train_OneSideEmpty_TrainsOnTheOther_BothEmpty_IsRefused()
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(e => e.mean([1, 2]));
        DiscriminatorStep step = Discriminators.Train(discriminator, Real, default);
        Assert.True(step.Trained && double.IsFinite(step.Loss) && double.IsNaN(step.GeneratedScore));
        Assert.Throws<ArgumentException>(() => Discriminators.Train(discriminator, default, default));
    }

    [Fact]
    public async Task ScoreAndTrain_Cancelled_ChangeNothing()
    {
        using ModuleDiscriminator discriminator = Discriminators.Around(e => e.mean([1, 2]));
        float[] before = Discriminators.Score(discriminator, Real);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await discriminator.ScoreAsync(Real, new float[Real.Count], source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await discriminator.TrainAsync(Real, Generated, source.Token));
        Assert.Equal(before, Discriminators.Score(discriminator, Real));
    }

    [Fact]
    public void Dispose_ThenUse_Throws()
    {
        ModuleDiscriminator discriminator = Discriminators.Around(e => e.mean([1, 2]));
        discriminator.Dispose();
        discriminator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Discriminators.Score(discriminator, Real));
        Assert.Throws<ObjectDisposedException>(() => Discriminators.Train(discriminator, Real, Generated));
    }

    private static nn.Module<Tensor, Tensor> WithDropout() => nn.Sequential(
        ("embedding", nn.Embedding(11, 4)), ("flatten", nn.Flatten()), ("dropout", nn.Dropout(0.5)), ("output", nn.Linear(24, 1)));
}
