namespace SeqGan.Onnx;

/// <summary>
/// Writes a trained generator as an ONNX model, and a discriminator as a second one, for ONNX Runtime in any language.
/// </summary>
/// <remarks>
/// <para>
/// The generator's model is one step: <c>token</c>, int64 [batch], and the state before, <c>hidden</c> and for an LSTM <c>cell</c>, each
/// float [layers, batch, hidden], to <c>logits</c>, float [batch, vocabulary], and the state after, <c>next_hidden</c> and
/// <c>next_cell</c>. The first token is the start token, or the vocabulary's size plus the label if the model has labels; the first state
/// is 0. Tokens that are never generated have the logit minus infinity. The discriminator's model maps <c>tokens</c>, int64
/// [batch, length], filled up with the padding token, to <c>score</c>, float [batch]: the probability, in [0, 1], that a sequence is real.
/// </para>
/// <para>
/// The metadata of both have the vocabulary, the special tokens, the lengths, the labels and the tokenizer's name. The models use the
/// operators of ONNX 1.4, so every ONNX Runtime since 2019 runs them. Thread-safe.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// CompiledPolicy policy = CompiledPolicy.Load("names.seqgan");
/// OnnxExport.Save(policy, "names-onnx"); // writes names-onnx/generator.onnx
/// </code>
/// </example>
public static class OnnxExport
{
    /// <summary>The name of the generator's file.</summary>
    public const string GeneratorFileName = "generator.onnx";

    /// <summary>The name of the discriminator's file.</summary>
    public const string DiscriminatorFileName = "discriminator.onnx";

    /// <summary>The version of ONNX's operators that the models use: 9.</summary>
    public const int OperatorSet = 9;

    // A checkpoint's file with the discriminator's state.
    private const string StateFileName = "discriminator.state";

    /// <summary>Writes the generator.</summary>
    /// <param name="policy">The generator, from a model file or from <c>SeqGanTrainer.Compile</c>.</param>
    /// <param name="folder">
    /// A new or an empty folder. Files are written there under temporary names and renamed, so that each is whole or absent.
    /// </param>
    /// <exception cref="NotSupportedException">The generator is too large for an ONNX file, which has less than 2 GiB.</exception>
    /// <exception cref="IOException">
    /// The folder is not empty, is a file, or cannot be written. What was there is unchanged, and nothing is left behind.
    /// </exception>
    public static void Save(CompiledPolicy policy, string folder) => Write(policy, folder, discriminator: null);

    /// <summary>Writes the generator and a discriminator that is in memory.</summary>
    /// <param name="policy">The generator.</param>
    /// <param name="folder">A new or an empty folder.</param>
    /// <param name="discriminator">
    /// A discriminator with one of SeqGan's networks, of the generator's format. It must not be trained at the same time.
    /// </param>
    /// <exception cref="NotSupportedException">
    /// The discriminator is not one with a network of SeqGan, or a model is too large for an ONNX file.
    /// </exception>
    /// <exception cref="InvalidWeightsException">The discriminator's weights do not fit the format, or are not finite.</exception>
    /// <exception cref="IOException">As of <see cref="Save(CompiledPolicy, string)"/>.</exception>
    public static void Save(CompiledPolicy policy, string folder, IDiscriminator discriminator)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        string name = $"The discriminator '{discriminator.Name}'";
        Write(policy, folder, () => (DiscriminatorGraph.StateOf(discriminator, name), name));
    }

    /// <summary>Writes the generator and the discriminator of a checkpoint, without libtorch.</summary>
    /// <param name="policy">The generator.</param>
    /// <param name="folder">A new or an empty folder.</param>
    /// <param name="checkpoint">
    /// The folder of one checkpoint of the same training, such as <c>CheckpointInfo.Path</c>. Its tokens and labels must be the
    /// generator's. It is not compared with its checksums: <c>CheckpointInfo.Verify</c> does that.
    /// </param>
    /// <exception cref="NotSupportedException">
    /// The checkpoint's discriminator is not one with a network of SeqGan, or a model is too large for an ONNX file.
    /// </exception>
    /// <exception cref="InvalidWeightsException">
    /// The checkpoint is of other tokens or labels, it is damaged, its weights do not fit the generator's format, or they are not finite.
    /// </exception>
    /// <exception cref="IOException">
    /// As of <see cref="Save(CompiledPolicy, string)"/>, or the checkpoint has no discriminator's state.
    /// </exception>
    public static void Save(CompiledPolicy policy, string folder, string checkpoint)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(checkpoint);
        string path = Path.Combine(checkpoint, StateFileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"'{checkpoint}' has no {StateFileName}: it is not a checkpoint with a discriminator.", path);
        Write(policy, folder, () =>
        {
            CheckpointOrigin.ThrowIfOther(policy, checkpoint);
            return (SafetensorsFile.Read(path), path);
        });
    }

    private static void Write(CompiledPolicy policy, string folder, Func<(SafetensorsFile State, string Source)>? discriminator)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ExportFolder.ThrowIfTaken(folder);
        var files = new List<(string, ModelProto)> { (GeneratorFileName, GeneratorGraph.Create(policy)) };
        if (discriminator is not null)
        {
            (SafetensorsFile state, string source) = discriminator();
            files.Add((DiscriminatorFileName, DiscriminatorGraph.Create(state, source, policy)));
        }

        ExportFolder.Write(folder, files);
    }
}
