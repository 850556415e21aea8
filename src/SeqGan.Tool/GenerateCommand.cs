using System.CommandLine;
using System.Security.Cryptography;

namespace SeqGan.Tool;

/// <summary><c>seqgan generate MODEL</c>.</summary>
internal sealed class GenerateCommand : Command
{
    private readonly Argument<string> _model = CommonOptions.Path("MODEL", "A model that 'seqgan train' wrote");
    private readonly Option<int> _count = CommonOptions.Count("How many sequences", 10);
    private readonly Option<string?> _label = CommonOptions.Text(
        "--label", "NAME",
        "The label of every sequence, for a model trained with labels; by default, labels are as frequent as in the training data");
    private readonly Option<string?> _prefix = new("--prefix") { HelpName = "TEXT", Description = "What every sequence begins with" };
    private readonly Option<double> _temperature =
        CommonOptions.Temperature(" For the likeliest token each time, use --top-k 1.");
    private readonly Option<int?> _topK = CommonOptions.OptionalNumber(
        "--top-k", "K", "Draw from the K likeliest tokens only; 1 takes the likeliest each time", 1, int.MaxValue);
    private readonly Option<double> _topP = CommonOptions.Number(
        "--top-p", "P", "Draw from the likeliest tokens that together have this probability", 1e-6, 1, 1.0);
    private readonly Option<int?> _refine = CommonOptions.Refine();
    private readonly Option<bool> _unique = CommonOptions.Flag("--unique", "Leave out repetitions");
    private readonly Option<bool> _novel = CommonOptions.Flag("--novel", "Leave out copies of sequences that the model was trained on");
    private readonly Option<bool> _ended =
        CommonOptions.Flag("--ended", "Leave out what was cut off at the model's longest sequence, without an end of its own");
    private readonly Option<ulong?> _seed = CommonOptions.OptionalNumber(
        "--seed", "N", "Repeats what was generated with this seed; by default, a new one, which is printed", 0UL, ulong.MaxValue);
    private readonly Option<bool> _json = CommonOptions.Json();

    public GenerateCommand()
        : base("generate", "Generates sequences, one a line. Each call generates others, unless you give a seed.")
    {
        Add(_model);
        Option[] options = [_count, _label, _prefix, _temperature, _topK, _topP, _refine, _unique, _novel, _ended, _seed, _json];
        foreach (Option option in options)
            Add(option);
        SetAction(arguments => CommandRunner.RunAsync(token => RunAsync(arguments, token)));
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        CompiledPolicy policy = CompiledPolicy.Load(arguments.GetRequiredValue(_model));
        var sampler = new SequenceSampler(policy);
        GeneratedFilter filter = Filter(arguments, policy);
        // Short enough to be typed, and exact in every reader of JSON.
        ulong seed = arguments.GetValue(_seed) ?? (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        var options = new SamplingOptions
        {
            Seed = seed,
            Temperature = arguments.GetValue(_temperature),
            TopK = arguments.GetValue(_topK), TopP = arguments.GetValue(_topP),
            Label = arguments.GetValue(_label), Refine = CommonOptions.RefinementOf(arguments.GetValue(_refine), policy),
        };
        (int count, bool json) = (arguments.GetValue(_count), arguments.GetValue(_json));
        int[] prefix = sampler.Encode(arguments.GetValue(_prefix) ?? "");
        IAsyncEnumerable<int[]> sequences =
            sampler.StreamAsync(filter.IsActive ? int.MaxValue : count, options, prefix, cancellationToken);
        if (arguments.GetValue(_seed) is null)
            Terminal.Say($"The seed is {seed}; --seed {seed} generates the same again.");
        int printed = 0, endless = 0;
        bool hidesTokens = policy is { Vocabulary: { } vocabulary, Tokenizer: { } tokenizer } && HidesTokens(vocabulary, tokenizer);
        await foreach (int[] sequence in sequences)
        {
            string text = sampler.Decode(sequence);
            if (filter.Takes(sequence, text))
            {
                bool ended = policy.Format.HasEnded(sequence);
                endless += ended ? 0 : 1;
                if (json && hidesTokens)
                    Terminal.PrintJson(new { Text = text, Tokens = TokensOf(sequence, policy), Ended = ended, Seed = seed });
                else if (json)
                    Terminal.PrintJson(new { Text = text, Ended = ended, Seed = seed });
                else
                    Terminal.Print(Terminal.Escape(text));
                if (++printed == count)
                    break;
            }
            else if (filter.IsExhausted)
            {
                Terminal.Say(
                    $"{printed} of {count} sequences were found; none of the last {GeneratedFilter.MostInARow} generated ones was wanted. "
                    + $"Left out: {filter}. Ask for fewer, or raise {Narrowest(options)}.");
                break;
            }
        }

        if (endless > 0)
            Terminal.Say(
                $"{endless} of {printed} sequences did not end within the model's "
                + $"{Wording.Count(policy.Format.MaxLengthWithoutEnd, "token")} and were cut off there; --ended leaves such out.");
        return filter.IsExhausted ? ExitCode.Failed : ExitCode.Success;
    }

    // A token with a blank looks like two in the text.
    private static bool HidesTokens(Vocabulary vocabulary, ITokenizer tokenizer) => vocabulary.Tokens.Skip(Vocabulary.SpecialTokenCount)
        .Any(token => token.Any(char.IsWhiteSpace) && !tokenizer.Tokenize(token).SequenceEqual([token]));

    private static string[] TokensOf(int[] sequence, CompiledPolicy policy) =>
        [.. sequence.Take(policy.Format.MaxLengthWithoutEnd).Where(id => id != policy.Format.EndToken).Select(policy.Vocabulary!.GetToken)];

    // A higher temperature makes nothing more diverse where only few tokens are drawn from.
    private static string Narrowest(SamplingOptions options) =>
        options.TopK is not null ? options.TopP < 1 ? "--top-k or --top-p" : "--top-k" : options.TopP < 1 ? "--top-p" : "--temperature";

    /// <exception cref="ArgumentException">The model does not know what it would take.</exception>
    private GeneratedFilter Filter(ParseResult arguments, CompiledPolicy policy)
    {
        SequenceFingerprints? known = arguments.GetValue(_novel)
            ? policy.TrainingSequences ?? throw new ArgumentException(
                "--novel was given, but the model does not know what it was trained on: its file has no fingerprints of sequences.")
            : null;
        return new GeneratedFilter(arguments.GetValue(_unique), known, arguments.GetValue(_ended), policy.Format);
    }
}
