using System.Text;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>A tokenizer's specification, such as a model file has; it cuts a text, and joins it again.</summary>
internal sealed class TokenizerReader : FuzzReader
{
    private const string Text =
        "The CNa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!  (3.14) " +
        "C(=O)Cl Br-ße \u0130k 👩‍👩‍👧 \"don't\"\n漢\u0301";

    public override string Name => "tokenizer";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "characters", "graphemes", "words", "whitespace", "alphabet:ACGT", "alphabet:[\"Cl\",\"Br\",\"C\",\"(\"]",
            "regex:[A-Z][a-z]*|.",
            "regex:(\\[[^\\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\\(|\\)|\\.|=|#|-|\\+|\\\\|\\/|:|~|@|\\?|>|\\*|\\$|\\%[0-9]{2}|[0-9])",
            "regex:\\w+|\\s+|[^\\w\\s]",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public override IReadOnlyList<Mutation> Mutations { get; } =
        [.. PatternMutations.All, .. PatternMutations.All, .. JsonMutations.All, .. TextMutations.All];

    public override int Turn => 32;

    public override int Read(byte[] input)
    {
        ITokenizer tokenizer = Tokenizer.Parse(Encoding.UTF8.GetString(input));
        string[] tokens = [.. tokenizer.Tokenize(Text)];
        Require(tokens.All(token => token.Length > 0), "there is an empty token");
        if (tokenizer is RegexTokenizer or AlphabetTokenizer or CharacterTokenizer)
            Require(tokenizer.Join(tokens) == Text, "the tokens do not join to the text");
        string? description = Tokenizer.Describe(tokenizer);
        Require(description is not null && Tokenizer.Describe(Tokenizer.Parse(description)) == description,
            "the tokenizer is not what it describes");
        return tokens.Length | (tokenizer.GetType().Name.Length << 16);
    }

    // The second is of a pattern that takes too long for a text.
    public override bool IsRefusal(Exception error) => error is ArgumentException || error.GetType() == typeof(SeqGanException);
}
