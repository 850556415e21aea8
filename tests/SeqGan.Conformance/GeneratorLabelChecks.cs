namespace SeqGan.Conformance;

/// <summary>What a generator promises about labels and prefixes.</summary>
internal sealed class GeneratorLabelChecks(CheckRunner runner, Func<IGenerator> factory, SequenceFormat format, ConformanceOptions options)
{
    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 50);

    public void Run()
    {
        runner.Check("every sample begins with the prefix", PrefixIsKept);
        runner.Check("a complete prefix is sampled as it is", CompletePrefix);
        runner.Check("a prefix that begins no sequence of the format throws ArgumentException", InvalidPrefix);
        runner.Check("labels that are missing, superfluous or out of range throw ArgumentException", InvalidLabels);
        if (format.LabelCount == 0)
            return;
        runner.Check("samples carry the labels that were asked for", LabelsAreKept);
        runner.Check("a sequence depends on its own label alone", LabelsAreApart);
        runner.Check("completions carry the labels of their sequences", CompletionsKeepLabels);
    }

    private void PrefixIsKept() => factory.With(generator =>
    {
        if (TestSequences.OrdinaryTokens(format) is not [int token, ..])
            return;
        int[] prefix = [.. Enumerable.Repeat(token, format.MaxLength / 2)];
        TokenBatch samples = Sample(generator, 20, prefix).AsBatch();
        for (int row = 0; row < samples.Count; row++)
            Promise.That(samples[row].StartsWith(prefix),
                $"Sequence {row} is {Promise.Describe(samples[row])}; it must begin with {Promise.Describe(prefix)}.");
        Promise.WellFormed(format, samples);
    });

    private void CompletePrefix() => factory.With(generator =>
    {
        TokenBatch complete = TestSequences.Create(format, 4, options.Seed);
        for (int row = 0; row < complete.Count; row++)
            Promise.SameSequences("A complete prefix", complete.Slice(row, 1), Sample(generator, 1, complete[row].ToArray()).AsBatch());
    });

    private void InvalidPrefix() => factory.With(generator =>
    {
        var prefixes = new List<int[]> { new int[] { -1 }, new int[] { format.VocabularySize } };
        if (TestSequences.OrdinaryTokens(format) is [int token, ..])
            prefixes.Add([.. Enumerable.Repeat(token, format.MaxLength + 1)]);
        if (format.PaddingToken is { } padding)
            prefixes.Add([padding]);
        foreach (int[] prefix in prefixes)
            Promise.Throws<ArgumentException>($"The prefix {Promise.Describe(prefix)}", () => Sample(generator, 2, prefix));
    });

    private void InvalidLabels() => factory.With(generator =>
    {
        int[][] wrong = format.LabelCount == 0 ? [[0, 0]] : [[], [0], [0, 0, 0], [0, -1], [0, format.LabelCount]];
        foreach (int[] labels in wrong)
            Promise.Throws<ArgumentException>($"Labels {Promise.Describe(labels)} for 2 sequences", () => Sample(generator, 2, [], labels));
        TokenBatch batch = TestSequences.Create(format, 2, options.Seed);
        var other = new TokenBatch(batch.Tokens, 2, batch.Length, batch.Lengths, format.LabelCount == 0 ? new int[2] : []);
        Promise.Throws<ArgumentException>("Log-probabilities with such labels", () => Likelihood.Of(generator, other));
        Promise.Throws<ArgumentException>(
            "Training with such labels", () =>
                generator.Train(other, new float[other.Count * other.Length], GeneratorObjective.MaximumLikelihood));
    });

    private void LabelsAreKept() => factory.With(generator =>
    {
        int[] labels = Mixed(40);
        SequenceBuffer samples = Sample(generator, labels.Length, [], labels);
        Promise.That(samples.Labels.SequenceEqual(labels),
            $"The labels are {Promise.Describe(samples.Labels)}; asked for were {Promise.Describe(labels)}.");
    });

    private void LabelsAreApart() => factory.With(generator =>
    {
        int[] labels = Mixed(40), others = [.. labels.Select((label, row) => row % 2 == 0 ? label : (label + 1) % format.LabelCount)];
        TokenBatch samples = Sample(generator, labels.Length, [], labels).AsBatch(),
            changed = Sample(generator, labels.Length, [], others).AsBatch();
        for (int row = 0; row < labels.Length; row += 2)
            Promise.SameSequences($"Row {row}, after its neighbours' labels changed", samples.Slice(row, 1), changed.Slice(row, 1));
    });

    private void CompletionsKeepLabels() => factory.With(generator =>
    {
        int[] labels = Mixed(options.BatchSize);
        TokenBatch sequences = Sample(generator, labels.Length, [], labels).AsBatch();
        Completion[] completions = [.. Enumerable.Range(0, 2 * labels.Length)
            .Select(i => new Completion(i % labels.Length, i / labels.Length, i))];
        var buffer = new SequenceBuffer(format);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        policy.Complete(sequences, completions, _key, 0, buffer, CancellationToken.None);
        for (int i = 0; i < completions.Length; i++)
            Promise.That(buffer.Labels[i] == labels[completions[i].Row],
                $"Completion {i} has the label {buffer.Labels[i]}; its sequence has {labels[completions[i].Row]}.");
    });

    private int[] Mixed(int count) => [.. Enumerable.Range(0, count).Select(row => row % format.LabelCount)];

    private SequenceBuffer Sample(IGenerator generator, int count, int[] prefix, int[]? labels = null)
    {
        var buffer = new SequenceBuffer(format, count);
        generator.Sample(new SampleRequest { Key = _key, Prefix = prefix, Labels = labels ?? Samples.Labels(format, count) }, buffer,
            CancellationToken.None);
        return buffer;
    }
}
