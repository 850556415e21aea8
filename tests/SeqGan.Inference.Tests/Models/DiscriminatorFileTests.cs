using SeqGan.Tests.Sampling;

namespace SeqGan.Tests;

public sealed class DiscriminatorFileTests
{
    private static readonly SequenceFormat s_format = new(9, 7, 0, endToken: 1, paddingToken: 0);

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_SavedDiscriminator_RefinesAsBefore(bool? readsStart)
    {
        using var file = new TemporaryFile();
        CompiledPolicy policy = Policy(readsStart);
        policy.WithTrainingSequences(SequenceFingerprints.FromBase64("")).WithNormalizedText().Save(file.Path);

        CompiledPolicy loaded = CompiledPolicy.Load(file.Path);

        Assert.True(loaded.HasDiscriminator);
        Assert.Equal("2", SafetensorsFile.Read(file.Path).Metadata["seqgan.model"]);
        var options = new SamplingOptions { Seed = 3, Refine = 4 };
        Assert.Equal(new SequenceSampler(policy).Sample(100, options).Rows(), new SequenceSampler(loaded).Sample(100, options).Rows());

        // Its weights alone are the generator's.
        Assert.False(CompiledPolicy.FromWeights(file.Path, s_format).HasDiscriminator);
        loaded.WithDiscriminator(null).Save(file.Path);
        Assert.Equal("1", SafetensorsFile.Read(file.Path).Metadata["seqgan.model"]);
        Assert.False(CompiledPolicy.Load(file.Path).HasDiscriminator);
    }

    [Theory]
    [InlineData("discriminator.output.weight", null, 0f, "the discriminator's tensor 'output.weight' is missing")]
    [InlineData("discriminator.output.bias", null, 0f, "the discriminator's tensor 'output.bias' is missing")]
    [InlineData("discriminator.hidden.bias", null, 0f, "the discriminator's tensor 'hidden.bias' is missing")]
    [InlineData("discriminator.hidden.weight", null, 0f, "'output.weight': shape [1, 5] does not fit; it must be [1, 24]")]
    [InlineData("discriminator.hidden.bias", "discriminator.gate.bias", 0f, "'hidden.bias' is missing")]
    [InlineData("embedding.weight", "discriminator.embedding", 0f, "tensor 'embedding.weight'")]
    [InlineData("discriminator.output.weight", "discriminator.output.weight", float.NaN, "tensor 'output.weight' has the value NaN")]
    [InlineData("discriminator.hidden.weight", "discriminator.hidden.weight", 1e37f, "the weights of the discriminator are so large")]
    [InlineData("discriminator.network.gru.weight_ih_l0", null, 0f, "the tensors 'discriminator.network.*' are not those of a network")]
    [InlineData("discriminator.network.gru.bias_hh_l0", null, 0f, "tensor 'gru.bias_hh_l0' is missing")]
    [InlineData("discriminator.network.output.bias", "discriminator.generator.output.bias", 0f, "a discriminator has one network")]
    [InlineData("discriminator.network.embedding.weight", "discriminator.network.embedding.weight", 3e38f, "are so large")]
    public void Load_BadTensor_NamesTheProblem(string tensor, string? newName, float value, string message)
    {
        using var file = new TemporaryFile();
        Policy(readsStart: false).Save(file.Path);
        SafetensorsFile saved = SafetensorsFile.Read(file.Path);
        NamedTensor[] tensors =
        [
            .. from name in saved.Names
               where name != tensor || newName is not null
               let values = saved.ReadSingle(name)
               select name != tensor ? new NamedTensor(name, saved[name].Shape, values)
                   : new NamedTensor(newName!, saved[name].Shape, value == 0 ? values : [.. values.Select(_ => value)]),
        ];

        SafetensorsWriter.Write(file.Path, tensors, saved.Metadata);

        var error = Assert.ThrowsAny<InvalidWeightsException>(() => CompiledPolicy.Load(file.Path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static CompiledPolicy Policy(bool? readsStart)
    {
        CompiledPolicy policy = TestPolicies.Create(s_format);
        CompiledPolicy states = readsStart is null ? policy : TestPolicies.Create(s_format, GeneratorNetwork.Gru, hidden: 6, seed: 2);
        StateSource? source = readsStart is { } reads ? new StateSource(states, reads) : null;
        return policy.WithDiscriminator(new CompiledDiscriminator(source, policy.Weights, RefinementTests.Head(states)));
    }
}
