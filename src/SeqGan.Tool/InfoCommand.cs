using System.CommandLine;
using System.Globalization;

namespace SeqGan.Tool;

/// <summary><c>seqgan info MODEL</c>.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A model that 'seqgan train' or SeqGanTrainer.SaveModel wrote" }.NotBlank();
        var json = CommonOptions.Json();
        var command = new Command("info", "Says what a model is: its vocabulary, its network, what it was trained on.") { model, json };
        command.SetAction(arguments => CommandRunner.RunAsync(_ =>
        {
            CompiledPolicy policy = CompiledPolicy.Load(arguments.GetRequiredValue(model));
            var info = new ModelInfo(
                policy.Format.VocabularySize, policy.Format.MaxLength, policy.Cell.ToString().ToLowerInvariant(), policy.Layers, policy.EmbeddingSize, policy.HiddenSize,
                policy.Tokenizer is { } tokenizer ? TokenizerSpecification.Describe(tokenizer) : null,
                policy.TrainingSequences?.Count,
                policy.Labels is { } labels ? [.. labels.Names.Select((name, label) => new LabelInfo(name, labels.ShareOf(label)))] : null);
            if (arguments.GetValue(json))
                Terminal.WriteJson(info);
            else
                Print(info);
            return Task.FromResult(ExitCode.Success);
        }));
        return command;
    }

    private static void Print(ModelInfo info)
    {
        Write("vocabulary", $"{info.VocabularySize} tokens, {Vocabulary.SpecialTokenCount} of them special");
        Write("longest sequence", $"{info.MaxLength} tokens, the end token included");
        Write("network", $"{info.Cell}, {info.Layers} layer(s), embedding {info.EmbeddingSize}, hidden {info.HiddenSize}");
        Write("tokenizer", info.Tokenizer is { } tokenizer ? Terminal.OneLine(tokenizer) : "not known: the model works on token ids");
        if (info.Labels is { } labels)
            Write("labels", Describe(labels));
        Write("trained on", info.TrainingSequences is { } count ? $"{count} different sequences" : "not known");

        static void Write(string name, string value) => Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-17} {value}"));
    }

    private static string Describe(LabelInfo[] labels)
    {
        const int Most = 20;
        string listed = string.Join(", ", labels.Take(Most).Select(label => string.Create(CultureInfo.InvariantCulture, $"{Terminal.OneLine(label.Name)} ({100 * label.Share:0.#}%)")));
        return labels.Length <= Most ? listed : string.Create(CultureInfo.InvariantCulture, $"{listed} and {labels.Length - Most} more");
    }

    private sealed record ModelInfo(
        int VocabularySize, int MaxLength, string Cell, int Layers, int EmbeddingSize, int HiddenSize, string? Tokenizer, int? TrainingSequences, LabelInfo[]? Labels);

    private sealed record LabelInfo(string Name, double Share);
}
