namespace SeqGan.Constraints;

/// <summary>The automaton that accepts what two automata accept, so that together they cannot lead into a dead end.</summary>
internal static class AutomatonProduct
{
    public static TokenTransitions Of(TokenTransitions first, TokenTransitions second, string subject)
    {
        // For each class of the first, its parts: the second's class and the common one, ascending.
        List<(int Second, int Common)>[] parts = [.. Enumerable.Range(0, first.ClassCount).Select(_ => new List<(int, int)>())];
        var builder = new TransitionsBuilder(CommonClasses(first, second, parts), subject);
        var states = new Numbering<(int First, int Second)>();
        states.Of((first.Initial, second.Initial));
        var transitions = new List<(int Class, int Target)>();
        for (int state = 0; state < states.Count; state++)
        {
            (int one, int other) = states.Items[state];
            for (int i = first.First[one]; i < first.First[one + 1]; i++)
            {
                foreach ((int secondClass, int common) in parts[first.Classes[i]])
                {
                    if (second.Next(other, secondClass) is var next and >= 0)
                        transitions.Add((common, states.Of((first.Targets[i], next))));
                }
            }

            transitions.Sort();
            foreach ((int tokenClass, int target) in transitions)
                builder.AddTransition(tokenClass, target);
            transitions.Clear();
            builder.AddState(first.Accepts[one] && second.Accepts[other]);
        }

        return builder.Build(0);
    }

    private static int[] CommonClasses(TokenTransitions first, TokenTransitions second, List<(int Second, int Common)>[] parts)
    {
        var pairs = new Numbering<(int, int)>();
        int[] classOf = new int[first.ClassOf.Length];
        for (int token = 0; token < classOf.Length; token++)
        {
            (int one, int other) = (first.ClassOf[token], second.ClassOf[token]);
            int known = pairs.Count;
            classOf[token] = one < 0 || other < 0 ? -1 : pairs.Of((one, other));
            if (pairs.Count > known)
                parts[one].Add((other, known));
        }

        return classOf;
    }
}
