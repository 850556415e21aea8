using System.Text.Json;
using TorchSharp;

namespace SeqGan.Orleans;

/// <summary>
/// A policy's or a discriminator's weights as a silo needs them: a safetensors file in memory, whose metadata describe the network.
/// </summary>
internal static class WeightsFile
{
    private const string KindName = "kind", FormatName = "format", NetworkName = "network", HeadsName = "heads", OptionsName = "options";
    private const string PolicyKind = "policy", StatesKind = "states", ModuleKind = "module";
    private const string ReadsStartName = "reads_start", NetworkPrefix = "network.", HeadPrefix = "head.";

    /// <summary>A rollout's policy; null where it is not one that silos can have.</summary>
    public static byte[]? Write(MonteCarloRollout rollout)
    {
        if (rollout.Policy is not NeuralRolloutPolicy { IsCompiled: true } policy)
            return null;
        PolicyWeights weights = NetworkWeights.Describe(policy.Network, policy.Format, NetworkWeights.Copy(policy.Network));
        return Write(weights.Tensors, Describe(PolicyKind, weights));
    }

    /// <summary>A discriminator; null where it is not one that silos can have.</summary>
    public static byte[]? Write(IDiscriminator discriminator, SequenceFormat format)
    {
        if (discriminator is not ModuleDiscriminator { IsOnProcessor: true, Module: var module })
            return null;
        switch (module)
        {
            case GruNetwork gru:
                return WriteStates(gru.Compile(format, PlattScaling.None));
            case StateNetwork states:
                return states.Compile(null, PlattScaling.None) is { } compiled ? WriteStates(compiled) : null;
            case ConvolutionalNetwork windows:
                var metadata = new Dictionary<string, string>
                {
                    [KindName] = ModuleKind, [FormatName] = Write(format), [OptionsName] = Write(windows.Options),
                };
                using (torch.NewDisposeScope())
                {
                    return Write(
                        [.. windows.named_parameters().Select(weight => new NamedTensor(
                            weight.name, weight.parameter.shape, NetworkWeights.Get(weight.parameter)))],
                        metadata);
                }

            default:
                return null;
        }
    }

    /// <summary>Reads a policy.</summary>
    /// <exception cref="FormatException">The bytes are not a policy's.</exception>
    public static CompiledPolicy ReadPolicy(byte[] bytes) =>
        Read(bytes, PolicyKind, file => new CompiledPolicy(Policy(file, string.Empty)));

    /// <summary>
    /// Reads a discriminator, which the caller disposes if it can be disposed, and whose tables have at most so many MiB. A spare one gets
    /// its weights if it fits, or is disposed.
    /// </summary>
    /// <exception cref="FormatException">The bytes are not a discriminator's.</exception>
    /// <exception cref="WorkerLimitException">Its tables may be larger.</exception>
    /// <exception cref="SeqGan.Native.LibTorchNotAvailableException">Its network needs libtorch, which cannot be loaded.</exception>
    public static HeldDiscriminator ReadDiscriminator(byte[] bytes, int mostTableMemory, HeldDiscriminator? spare = null)
    {
        try
        {
            HeldDiscriminator read = Read(bytes, null, ReadScorer);
            if (read == spare)
                spare = null;
            return read;
        }
        finally
        {
            spare?.Dispose();
        }

        HeldDiscriminator ReadScorer(SafetensorsFile file)
        {
            SequenceFormat format = ReadFormat(file);
            if (file.Metadata[KindName] == ModuleKind)
                return ReadModule(file, format, mostTableMemory, spare);
            var source = new StateSource(new CompiledPolicy(Policy(file, NetworkPrefix)), file.Metadata[ReadsStartName] == bool.TrueString);
            var discriminator = new CompiledDiscriminator(source, source.Policy.Weights, Tensors(file, HeadPrefix));
            return new HeldDiscriminator(new CompiledStatesScorer(source.Policy.WithDiscriminator(discriminator)), format);
        }
    }

    /// <summary>A format as seven numbers.</summary>
    public static int?[] Numbers(SequenceFormat format) =>
    [
        format.VocabularySize, format.MaxLength, format.StartToken, format.EndToken, format.PaddingToken, format.LabelCount,
        format.UnknownToken,
    ];

    /// <summary>The format of seven numbers.</summary>
    /// <exception cref="FormatException">They are not a format's.</exception>
    public static SequenceFormat FormatOf(int?[]? numbers)
    {
        if (numbers is not [{ } vocabulary, { } length, { } start, var end, var padding, { } labels, var unknown])
            throw new FormatException("A format has seven numbers.");
        try
        {
            return new SequenceFormat(vocabulary, length, start, end, padding, labels, unknown);
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"The format contradicts itself: {error.Message}", error);
        }
    }

    public static void ThrowIfOther(SequenceFormat own, SequenceFormat format)
    {
        if (own != format)
            throw new FormatException($"The sequences' format is {format}; the weights' is {own}.");
    }

    private static byte[] WriteStates(CompiledDiscriminator compiled)
    {
        StateSource source = compiled.Network!;
        Dictionary<string, string> metadata = Describe(StatesKind, source.Policy.Weights);
        metadata[ReadsStartName] = source.ReadsStart.ToString();
        return Write(
            [
                .. source.Policy.Weights.Tensors.Select(tensor => tensor with { Name = NetworkPrefix + tensor.Name }),
                .. compiled.Tensors.Select(tensor => tensor with { Name = HeadPrefix + tensor.Name }),
            ],
            metadata);
    }

    private static HeldDiscriminator ReadModule(SafetensorsFile file, SequenceFormat format, int mostTableMemory, HeldDiscriminator? spare)
    {
        var options = JsonSerializer.Deserialize<WindowOptions>(file.Metadata[OptionsName])!;
        if (options.TableMemory > mostTableMemory)
        {
            throw new WorkerLimitException(
                $"The discriminator's tables may have {options.TableMemory} MiB ({nameof(DiscriminatorOptions)}."
                + $"{nameof(DiscriminatorOptions.TableMemory)}), and {mostTableMemory} MiB here ({nameof(RewardWorkerOptions)}."
                + $"{nameof(RewardWorkerOptions.MostTableMemory)}).");
        }

        // Before anything is made of sizes that the file only claims.
        DiscriminatorOptions claimed = options.ToOptions();
        SequenceFormat input = format.InputFormat();
        IEnumerable<(string Name, long[] Shape)> shapes = claimed.Windows(input.MaxLength).Select(
            (window, index) => ($"convolutions.{index}.weight", new long[] { window.Filters, claimed.EmbeddingSize, window.Width }));
        foreach ((string name, long[] shape) in shapes.Prepend(("embedding.weight", [input.VocabularySize, claimed.EmbeddingSize])))
        {
            if (!file[name].Shape.AsSpan().SequenceEqual(shape))
                throw new FormatException($"The discriminator's '{name}' has another shape than its options say.");
        }

        if (file.Names.Count(name => name.StartsWith("highway.", StringComparison.Ordinal)) != 4 * claimed.HighwayLayers)
            throw new FormatException("The discriminator has another number of highway layers than its options say.");
        if (spare is { Scorer: ModuleDiscriminator { Module: ConvolutionalNetwork network } known } && spare.Format == format
            && file.Metadata[OptionsName] == Write(network.Options))
        {
            SetWeights(known, file);
            return spare;
        }

        ModuleDiscriminator discriminator = ModuleDiscriminator.Create(format, claimed);
        try
        {
            SetWeights(discriminator, file);
            return new HeldDiscriminator(discriminator, format);
        }
        catch
        {
            discriminator.Dispose();
            throw;
        }
    }

    private static void SetWeights(ModuleDiscriminator discriminator, SafetensorsFile file)
    {
        using (torch.NewDisposeScope())
        {
            foreach ((string name, TorchSharp.Modules.Parameter weight) in discriminator.Module.named_parameters())
                NetworkWeights.Set(weight, file.ReadSingle(name, weight.shape));
        }

        discriminator.ForgetCompiled();
    }

    private static PolicyWeights Policy(SafetensorsFile file, string prefix)
    {
        SequenceFormat format = ReadFormat(file);
        GeneratorNetwork network = Enum.Parse<GeneratorNetwork>(file.Metadata[NetworkName]);
        int heads = int.Parse(file.Metadata[HeadsName], CultureInfo.InvariantCulture);
        return new PolicyWeights("weights of a trainer", format, network, Tensors(file, prefix), heads);
    }

    private static NamedTensor[] Tensors(SafetensorsFile file, string prefix) =>
    [
        .. file.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(
            name => new NamedTensor(name[prefix.Length..], file[name].Shape, file.ReadSingle(name))),
    ];

    private static Dictionary<string, string> Describe(string kind, PolicyWeights weights) => new()
    {
        [KindName] = kind,
        [FormatName] = Write(weights.Format),
        [NetworkName] = weights.Network.ToString(),
        [HeadsName] = weights.Heads.ToString(CultureInfo.InvariantCulture),
    };

    private static byte[] Write(IReadOnlyList<NamedTensor> tensors, Dictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        if (stream.Length % 4 != 0)
            throw new InvalidOperationException("A safetensors file's length is not a multiple of 4.");
        return stream.ToArray();
    }

    private static T Read<T>(byte[] bytes, string? kind, Func<SafetensorsFile, T> read)
    {
        try
        {
            SafetensorsFile file = SafetensorsFile.Read(new MemoryStream(bytes), "weights of a trainer");
            if (kind is not null && file.Metadata[KindName] != kind)
                throw new FormatException($"The weights are of the kind '{file.Metadata[KindName]}'; they must be of '{kind}'.");
            return read(file);
        }
        catch (Exception error) when (error is InvalidWeightsException or KeyNotFoundException or ArgumentException or JsonException
            or OverflowException or IOException or NullReferenceException or InvalidOperationException)
        {
            throw new FormatException($"The weights cannot be used: {error.Message}", error);
        }
    }

    private static string Write(SequenceFormat format) => JsonSerializer.Serialize(Numbers(format));

    private static SequenceFormat ReadFormat(SafetensorsFile file) =>
        FormatOf(JsonSerializer.Deserialize<int?[]>(file.Metadata[FormatName]));

    private static string Write(DiscriminatorOptions options) => JsonSerializer.Serialize(new WindowOptions(
        options.EmbeddingSize, [.. options.FilterWidths], [.. options.FilterCounts], options.HighwayLayers, options.ScoringPrecision,
        options.TableMemory));

    private sealed record WindowOptions(
        int EmbeddingSize, int[] FilterWidths, int[] FilterCounts, int HighwayLayers, ScoringPrecision ScoringPrecision, int TableMemory)
    {
        public DiscriminatorOptions ToOptions() => new()
        {
            EmbeddingSize = EmbeddingSize,
            FilterWidths = FilterWidths,
            FilterCounts = FilterCounts,
            HighwayLayers = HighwayLayers,
            ScoringPrecision = ScoringPrecision,
            TableMemory = TableMemory,
        };
    }
}

/// <summary>Scores as <see cref="ModuleDiscriminator"/> does with a network that reads states, without libtorch. Thread-safe.</summary>
internal sealed class CompiledStatesScorer(CompiledPolicy policy) : ISequenceScorer
{
    private readonly SequenceSampler _sampler = new(policy);

    public string Name => "discriminator";

    public bool AllowsConcurrency => true;

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        _sampler.LogOdds(sequences, scores, cancellationToken);
        foreach (ref float score in scores.Span)
            score = ModuleDiscriminator.Probability(score);
        return ValueTask.CompletedTask;
    }
}
