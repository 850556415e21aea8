using Xunit;

namespace SeqGan.Tests;

/// <summary>Composed and decomposed letters are the same tokens.</summary>
public class CorpusNormalizationTests
{
    private const string Composed = "caf\u00e9", Decomposed = "cafe\u0301";

    private static readonly string[] s_mixed =
        [.. Enumerable.Range(0, 300).Select(i => $"{(i % 3 == 0 ? Composed : Decomposed)} {i:000}"), "plain"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void FromLines_MixedForms_AreComposedAndPrefixesToo()
    {
        Corpus corpus = Corpus.FromLines(s_mixed, new CorpusOptions { HeldOutFraction = 0 }, Token);

        Assert.True(corpus.NormalizesText);
        Assert.All(corpus.Decode(corpus.Training).Take(300), text => Assert.StartsWith(Composed, text, StringComparison.Ordinal));
        Assert.DoesNotContain("\u0301", corpus.Vocabulary!.Tokens);
        Assert.Equal((200, 0), (corpus.Report.Normalized, corpus.Report.RoundTripFailures));
        Assert.Contains("200 had decomposed letters, which were composed (NFC).", corpus.Report.ToString(), StringComparison.Ordinal);
        Assert.Equal(corpus.EncodePrefix(Composed), corpus.EncodePrefix(Decomposed));
        Assert.Equal(corpus.Encode(Composed), corpus.Encode(Decomposed));
        Assert.DoesNotContain(CorpusWarning.MixedNormalization, corpus.Report.Warnings.Keys);
    }

    [Fact]
    public void FromLines_WithoutNormalization_WarnsOfMixedForms()
    {
        var options = new CorpusOptions { NormalizeText = false };
        CorpusReport mixed = Corpus.FromLines(s_mixed, options, Token).Report;
        CorpusReport one = Corpus.FromLines(s_mixed.Where(line => !line.Contains('\u00e9')), options, Token).Report;

        Assert.StartsWith("200 of 301 texts have decomposed letters and 100 composed ones",
            mixed.Warnings[CorpusWarning.MixedNormalization], StringComparison.Ordinal);
        Assert.Equal(0, mixed.Normalized);
        Assert.DoesNotContain(CorpusWarning.MixedNormalization, one.Warnings.Keys);
    }

    [Fact]
    public void FromLabelledTokenSequences_TokensAndLabels_AreComposed()
    {
        (IReadOnlyList<string>, string)[] sequences = [([Decomposed, "b"], "e\u0301"), ([Composed, "b"], "\u00e9")];

        Corpus corpus = Corpus.FromLabelledTokenSequences(sequences, new CorpusOptions { HeldOutFraction = 0 }, null, Token);

        Assert.Equal(["b", Composed], corpus.Vocabulary!.Tokens.Skip(Vocabulary.SpecialTokenCount).Order(StringComparer.Ordinal));
        Assert.Equal(["\u00e9"], corpus.Labels!.Names);
        Assert.Equal(0, corpus.Labels.IndexOf("e\u0301"));
    }

    [Fact]
    public void SaveModel_TextIsNormalized_SamplerTakesEitherForm()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("m.seqgan");
        Corpus corpus = Corpus.FromLines(s_mixed, null, Token), exact = Corpus.FromLines(
            s_mixed, new CorpusOptions { NormalizeText = false }, Token);
        using (SeqGanTrainer trainer = TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(corpus).UseSeed(1).Build())
            trainer.SaveModel(path);
        var sampler = new SequenceSampler(CompiledPolicy.Load(path));

        Assert.True(sampler.Policy.NormalizesText);
        var options = new SamplingOptions { Seed = 1 };
        Assert.Equal(sampler.Generate(20, options, Composed, Token), sampler.Generate(20, options, Decomposed, Token));
        Assert.All(sampler.Generate(20, options, Decomposed, Token), text => Assert.StartsWith(Composed, text, StringComparison.Ordinal));

        using SeqGanTrainer other = TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(exact).UseSeed(1).Build();
        Assert.False(other.Compile().NormalizesText);
    }
}
