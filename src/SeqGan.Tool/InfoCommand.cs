using System.CommandLine;

namespace SeqGan.Tool;

/// <summary><c>seqgan info MODEL</c>.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        Argument<string> model = CommonOptions.Path("MODEL", "A model that 'seqgan train' or SeqGanTrainer.SaveModel wrote");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("info", "Says what a model is: its vocabulary, its network, what it was trained on.") { model, json };
        command.SetAction(arguments => CommandRunner.RunAsync(_ =>
        {
            CompiledPolicy policy = CompiledPolicy.Load(arguments.GetRequiredValue(model));
            if (arguments.GetValue(json))
                Terminal.PrintJson(ForJson(policy));
            else
                Print(policy);
            return Task.FromResult(ExitCode.Success);
        }));
        return command;
    }

    private static object ForJson(CompiledPolicy policy) => new
    {
        policy.Format.VocabularySize, MaxLength = policy.Format.MaxLengthWithoutEnd,
        Network = NameOf(policy.Network), policy.Layers, policy.EmbeddingSize, policy.HiddenSize, policy.Heads,
        policy.NormalizesText, Tokenizer = policy.Tokenizer is { } tokenizer ? Tokenizer.Describe(tokenizer) : null,
        TrainingSequences = policy.TrainingSequences?.Count, policy.HasDiscriminator,
        Labels = policy.Labels is { } labels
            ? labels.Names.Select((name, label) => new { Name = name, Share = labels.ShareOf(label) }) : null,
    };

    private static string NameOf(GeneratorNetwork network) => network.ToString().ToLowerInvariant();

    private static void Print(CompiledPolicy policy)
    {
        Write("vocabulary", $"{policy.Format.VocabularySize} tokens, {Vocabulary.SpecialTokenCount} of them special");
        Write("longest sequence", $"{policy.Format.MaxLengthWithoutEnd} tokens");
        string sizes = policy.Heads > 0
            ? $"width {policy.HiddenSize}, {policy.Heads} head(s)"
            : $"embedding {policy.EmbeddingSize}, hidden {policy.HiddenSize}";
        Write("network", $"{NameOf(policy.Network)}, {policy.Layers} layer(s), {sizes}");
        Write("discriminator", policy.HasDiscriminator ? "yes, for --refine" : "none");
        string? tokenizer = policy.Tokenizer is null ? null : Tokenizer.Describe(policy.Tokenizer);
        Write("tokenizer", tokenizer is null ? "not known: the model works on token ids" : Terminal.Escape(tokenizer));
        if (policy.Labels is { } labels)
            Write("labels", Describe(labels));
        Write("trained on", policy.TrainingSequences is { } sequences ? $"{sequences.Count} different sequences" : "not known");

        static void Write(string name, string value) => Terminal.Print($"{name,-17} {value}");
    }

    private static string Describe(LabelSet labels)
    {
        const int Most = 20;
        string listed = string.Join(", ", labels.Names.Take(Most).Select((name, label) =>
            string.Create(CultureInfo.InvariantCulture, $"'{Terminal.Escape(name)}' ({100 * labels.ShareOf(label):0.#}%)")));
        return labels.Count <= Most ? listed : $"{listed} and {labels.Count - Most} more";
    }
}
