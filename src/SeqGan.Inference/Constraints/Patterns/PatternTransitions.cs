namespace SeqGan;

/// <summary>From an automaton over symbols to one over tokens.</summary>
internal static class PatternTransitions
{
    /// <summary>Where each token is a symbol.</summary>
    public static TokenTransitions OfTokens(PatternAutomaton automaton, SequenceFormat format, string subject)
    {
        int[] classOf = new int[format.VocabularySize];
        for (int token = 0; token < classOf.Length; token++)
            classOf[token] = automaton.Classes.Of(token);
        var builder = new TransitionsBuilder(classOf, subject);
        for (int state = 0; state < automaton.Count; state++)
        {
            for (int symbolClass = 0; symbolClass < automaton.Classes.Count; symbolClass++)
            {
                if (automaton.Next(state, symbolClass) is var next and >= 0)
                    builder.AddTransition(symbolClass, next);
            }

            builder.AddState(automaton.Accepts(state));
        }

        return builder.Build(0);
    }

    /// <summary>Where each token is a text, which the automaton reads character by character.</summary>
    /// <param name="automaton">The automaton over characters.</param>
    /// <param name="vocabulary">The tokens; the special ones have no text and stand nowhere.</param>
    /// <param name="separator">What stands between two tokens.</param>
    /// <param name="subject">What is made, for messages.</param>
    /// <exception cref="ArgumentException">The automaton is too large.</exception>
    public static TokenTransitions OfTexts(PatternAutomaton automaton, Vocabulary vocabulary, string separator, string subject) =>
        new TextTransitions(automaton, vocabulary, separator, subject).Build();
}
