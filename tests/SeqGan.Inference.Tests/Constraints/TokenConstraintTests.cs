namespace SeqGan.Tests.Constraints;

/// <summary>Constraints over tokens, held against all sequences of small formats.</summary>
public sealed class TokenConstraintTests
{
    private static readonly SequenceFormat s_ending = new(6, 5, 0, endToken: 1, paddingToken: 0), s_fixed = new(4, 5);

    [Theory]
    [InlineData("2 (3|4)* 5", "^2[34]*5$")]
    [InlineData(" ( 2 3 ) {1,2} ", "^(23){1,2}$")]
    [InlineData("[2 3]+ [^2]?", "^[23]+[345]?$")]
    [InlineData(". . .", "^...$")]
    [InlineData("2* \"3\"? \\4", "^2*3?4$")]
    public void MatchingTokens_Ids_AllowsExactlyWhatLeadsToAMatch(string pattern, string characters)
    {
        ITokenConstraint constraint = TokenConstraint.MatchingTokens(pattern, s_ending);
        Assert.True(ConstraintLanguage.AssertAccepts(constraint, tokens => Matches(tokens, characters)) > 0);
    }

    [Theory]
    [InlineData("(0 1)* 2?", "^(01)*2?$")]
    [InlineData("0* 1* 2* 3*", "^0*1*2*3*$")]
    [InlineData("(0 0)* (1 1 1)* ", "^(00)*(111)*$")]
    [InlineData(". 3 . (1|2 2)+", "^.3.(1|22)+$")]
    public void MatchingTokens_FormatWithoutEndToken_AllowsOnlyWhatFillsTheLengthExactly(string pattern, string characters)
    {
        ITokenConstraint constraint = TokenConstraint.MatchingTokens(pattern, s_fixed);
        Assert.True(ConstraintLanguage.AssertAccepts(constraint, tokens => Matches(tokens, characters)) > 0);
    }

    [Fact]
    public void MatchingTokens_Names_AreTheVocabularys()
    {
        var vocabulary = new Vocabulary(["login", "buy now", "a+b", "don't", "say \"x\""]);
        var format = new SequenceFormat(vocabulary.Count, 3, 0, 1, 0);
        ITokenConstraint constraint = TokenConstraint.MatchingTokens(
            "login (\"buy now\" | a\\+b | don't)* [\"say \\\"x\\\"\" login]", format, vocabulary);
        Assert.True(ConstraintLanguage.AssertAccepts(
            constraint, tokens => tokens.Length >= 2 && tokens[0] == 3 && tokens[1..^1].All(token => token is 4 or 5 or 6)
                && tokens[^1] is 7 or 3) > 0);
        ITokenConstraint any = TokenConstraint.MatchingTokens(".*", format, vocabulary);
        Assert.Equal([1, 3, 4, 5, 6, 7], ConstraintLanguage.Allowed(any, any.InitialState, []));
    }

    [Theory]
    [InlineData("login x", "at position 6, 'x' is not a token")]
    [InlineData("login \"buy", "at position 6, '\"' has no '\"' after it")]
    [InlineData("[login", "at position 0, '[' has no ']'")]
    [InlineData("[login | buy]", "at position 7, '|' means nothing between brackets")]
    [InlineData("login ]", "at position 6, ']' means nothing here")]
    [InlineData("login\\", "at position 5, '\\' has nothing after it")]
    [InlineData("<unknown>", "at position 0, '<unknown>' is not a token")]
    [InlineData("(?=login)", "at position 0, '(?=' begins look-ahead")]
    public void MatchingTokens_BadPattern_SaysWhatIsWrongAndWhere(string pattern, string message)
    {
        var vocabulary = new Vocabulary(["login", "buy"]);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => TokenConstraint.MatchingTokens(pattern, new SequenceFormat(5, 3, 0, 1, 0), vocabulary));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("6")]
    [InlineData("-1")]
    public void MatchingTokens_IdThatNoSequenceHas_IsRefused(string pattern) =>
        Assert.Contains("is not a token", Assert.Throws<ArgumentException>(() => TokenConstraint.MatchingTokens(pattern, s_ending)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void MatchingTokens_NoSequenceOfExactlyTheMaximumLength_SaysWhy()
    {
        ConstraintException error = Assert.Throws<ConstraintException>(() => TokenConstraint.MatchingTokens("(0 1)+", s_fixed));
        Assert.Contains("exactly 5 tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains("the shortest that it accepts has 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneOf_RandomSets_AllowExactlyTheSequences()
    {
        var random = new Random(3);
        foreach (SequenceFormat format in (SequenceFormat[])[s_ending, s_fixed])
        {
            int[][] all = [.. ConstraintLanguage.All(format).Where(sequence => format.HasEnded(sequence))];
            for (int count = 1; count < 200; count += 33)
            {
                int[][] set = [.. Enumerable.Range(0, count).Select(_ => all[random.Next(all.Length)])];
                HashSet<string> expected = [.. set.Select(sequence => Text(sequence, format))];
                ITokenConstraint constraint = TokenConstraint.OneOf(set, format);
                Assert.True(ConstraintLanguage.AssertAccepts(constraint, tokens => expected.Contains(string.Join(' ', tokens))) > 0);
            }
        }
    }

    [Fact]
    public void OneOf_ManySequencesThatShareBeginningsAndEnds_HasFewStates()
    {
        int[][] sequences =
        [
            .. from first in Enumerable.Range(2, 500) from second in Enumerable.Range(2, 40)
                select (int[])[first, 7, second, 7, 7, 7, 8, 9, 10, 11, 12, 13],
        ];
        var constraint = (TokenAutomaton)TokenConstraint.OneOf(sequences, new SequenceFormat(2000, 20, 0, 1, 0));
        Assert.Equal(13, constraint.Transitions.Count);
        Assert.Equal(Enumerable.Range(2, 500), ConstraintLanguage.Allowed(constraint, constraint.InitialState, []));
        Assert.Contains("20000 sequences", constraint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void OneOf_BadSequences_AreNamed()
    {
        Assert.Throws<ArgumentException>(() => TokenConstraint.OneOf([], s_ending));
        Assert.StartsWith("Sequence 1 of the set has 5 tokens; the most is 4 and an end token.",
            Assert.Throws<ArgumentException>(() => TokenConstraint.OneOf([[2], [2, 2, 2, 2, 2]], s_ending)).Message,
            StringComparison.Ordinal);
        Assert.Contains("Sequence 0", Assert.Throws<ArgumentException>(() => TokenConstraint.OneOf([[2, 3]], s_fixed)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TokenConstraint.OneOf([[9]], s_ending));
        Assert.Throws<ArgumentException>(() => TokenConstraint.OneOf([[0]], s_ending));
        Assert.Throws<ArgumentException>(() => TokenConstraint.OneOf([[1, 2]], s_ending));
        Assert.Contains("Sequence 1", Assert.Throws<ArgumentException>(() => TokenConstraint.OneOf([[2], null!], s_ending)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void OneOf_OtherSequences_HaveAnotherText()
    {
        Assert.Equal(TokenConstraint.OneOf([[2, 3]], s_ending).ToString(), TokenConstraint.OneOf([[2, 3, 1]], s_ending).ToString());
        Assert.NotEqual(TokenConstraint.OneOf([[2, 3]], s_ending).ToString(), TokenConstraint.OneOf([[2, 4]], s_ending).ToString());
        Assert.NotEqual(TokenConstraint.OneOf([[2], [3]], s_ending).ToString(), TokenConstraint.OneOf([[2, 3], []], s_ending).ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void MinimumLength_Length_CountsTokensBeforeTheEndToken(int length) => Assert.True(
        ConstraintLanguage.AssertAccepts(TokenConstraint.MinimumLength(length, s_ending), tokens => tokens.Length >= length) > 0);

    [Fact]
    public void MinimumLength_MoreThanTheMaximum_Throws()
    {
        Assert.Throws<ConstraintException>(() => TokenConstraint.MinimumLength(5, s_ending));
        Assert.Throws<ConstraintException>(() => TokenConstraint.MinimumLength(int.MaxValue, s_fixed));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenConstraint.MinimumLength(-1, s_ending));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void NoRepeat_Length_ForbidsExactlySecondOccurrences(int length)
    {
        static bool Repeats(int[] tokens, int length) =>
            Enumerable.Range(0, Math.Max(0, tokens.Length - length + 1)).Select(start => string.Join(' ', tokens.Skip(start).Take(length)))
                .GroupBy(run => run).Any(run => run.Count() > 1);
        Assert.True(ConstraintLanguage.AssertAccepts(TokenConstraint.NoRepeat(length, s_ending), tokens => !Repeats(tokens, length)) > 0);
    }

    [Fact]
    public void NoRepeat_FewerTokensThanEverySequenceHas_Throws()
    {
        ConstraintException error = Assert.Throws<ConstraintException>(() => TokenConstraint.NoRepeat(1, s_fixed));
        Assert.Contains("5 tokens, and there are 4", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenConstraint.NoRepeat(0, s_fixed));
    }

    [Fact]
    public void All_Automata_LeadIntoNoDeadEndTogether()
    {
        ITokenConstraint pattern = TokenConstraint.MatchingTokens("2* (3 4)* 5?", s_ending),
        length = TokenConstraint.MinimumLength(2, s_ending);
        ITokenConstraint set = TokenConstraint.OneOf([[2, 3, 4], [5], [2, 2, 3], [3, 4, 5], [3, 4, 3, 4]], s_ending);
        string[] expected = ["2 3 4", "3 4 5", "3 4 3 4"];
        foreach (ITokenConstraint both in (ITokenConstraint[])[TokenConstraint.All(pattern, length, set), pattern.And(set).And(length),
            set.And(length.And(pattern))])
            Assert.Equal(3, ConstraintLanguage.AssertAccepts(both, tokens => expected.Contains(string.Join(' ', tokens))));
        Assert.Contains("at least 2 tokens", pattern.And(length).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_AutomataThatNothingSatisfiesTogether_Throws()
    {
        ITokenConstraint pattern = TokenConstraint.MatchingTokens("2 3", s_ending);
        ConstraintException error = Assert.Throws<ConstraintException>(() => pattern.And(TokenConstraint.MinimumLength(3, s_ending)));
        Assert.Contains("accepts no sequence", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => pattern.And(TokenConstraint.MinimumLength(3, s_fixed)));
        Assert.Throws<ArgumentException>(() => TokenConstraint.All());
        Assert.Throws<ArgumentException>(() => pattern.And(null!));
        Assert.Same(pattern, TokenConstraint.All(pattern));
    }

    [Fact]
    public void All_AutomataOfThousandsOfStates_AllowsWhatBothAllow()
    {
        // Four million pairs of states.
        ITokenConstraint both = TokenConstraint.MatchingTokens("(.{2048})*", s_ending)
            .And(TokenConstraint.MatchingTokens("(.{2047})*", s_ending));

        ulong[] allowed = new ulong[1];
        both.Allow(both.InitialState, [], new TokenMask(allowed, s_ending.VocabularySize));
        Assert.Equal(1UL << s_ending.EndToken!.Value, allowed[0]);
    }

    [Fact]
    public void All_ConstraintsOfAllKinds_AllowWhatEachAllows()
    {
        ITokenConstraint pattern = TokenConstraint.MatchingTokens(".*", s_ending);
        ITokenConstraint odd = TokenConstraint.FromFilter(
            (prefix, allowed) => { allowed.AddAll(); allowed[2 + (prefix.Length % 4)] = false; }, s_ending, "not in turn");
        ITokenConstraint all = TokenConstraint.All(
            odd, new AtMostTwice(s_ending, 3), TokenConstraint.NoRepeat(2, s_ending), pattern, new AtMostTwice(s_ending, 4));
        int count = ConstraintLanguage.AssertAccepts(
            all,
            tokens => tokens.Count(token => token == 3) <= 2 && tokens.Count(token => token == 4) <= 2
                && !tokens.Index().Any(at => at.Item == 2 + (at.Index % 4))
                && tokens.Zip(tokens.Skip(1)).GroupBy(pair => pair).All(pair => pair.Count() == 1));
        Assert.True(count > 10);
        foreach (string part in (string[])["not in turn", "no 2 tokens twice", "tokens match .*"])
            Assert.Contains(part, all.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Automaton_StateOrTokenThatIsNone_Throws()
    {
        ITokenConstraint constraint = TokenConstraint.MatchingTokens("2 3", s_ending);
        Assert.Throws<ArgumentOutOfRangeException>(() => constraint.Advance(-1, [], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConstraintLanguage.Allowed(constraint, 99, []));
        Assert.Throws<ArgumentException>(() => constraint.Advance(constraint.InitialState, [], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConstraintLanguage.Allowed(constraint, constraint.InitialState, [2, 2, 2, 2, 2]));
    }

    [Fact]
    public async Task Automaton_MoreStatesThanTheTableHasPlaces_AnswersTheSameFromManyThreads()
    {
        // 50,000 states in a table of at most 16,384 answers.
        var random = new Random(1);
        var format = new SequenceFormat(40, 30, 0, 1, 0);
        int[][] set = [.. Enumerable.Range(0, 4000).Select(_ => Enumerable.Range(0, 20).Select(_ => random.Next(2, 40)).ToArray())];
        ITokenConstraint constraint = TokenConstraint.OneOf(set, format);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(part => Task.Run(() =>
        {
            foreach (int[] sequence in set.Skip(part * 500).Take(1500))
            {
                int state = constraint.InitialState;
                for (int position = 0; position < sequence.Length; position++)
                {
                    Assert.Contains(sequence[position], ConstraintLanguage.Allowed(constraint, state, [.. sequence.Take(position)]));
                    state = constraint.Advance(state, sequence.AsSpan(0, position), sequence[position]);
                }

                Assert.Contains(1, ConstraintLanguage.Allowed(constraint, state, sequence));
            }
        })));
    }

    private static string Text(int[] sequence, SequenceFormat format) =>
        string.Join(' ', sequence.Where(token => token != format.EndToken));

    private static bool Matches(int[] tokens, string characters) =>
        System.Text.RegularExpressions.Regex.IsMatch(string.Concat(tokens), characters);

    /// <summary>A constraint of one's own whose state counts a token.</summary>
    private sealed class AtMostTwice(SequenceFormat format, int counted) : ITokenConstraint
    {
        public SequenceFormat Format => format;

        public int InitialState => 0;

        public int Advance(int state, ReadOnlySpan<int> prefix, int token) => token == counted ? state + 1 : state;

        public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
        {
            allowed.AddAll();
            allowed[counted] = state < 2;
        }
    }
}
