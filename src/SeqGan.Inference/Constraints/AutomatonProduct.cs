namespace SeqGan.Constraints;

/// <summary>The automaton that accepts what two automata accept, so that together they cannot lead into a dead end.</summary>
internal sealed class AutomatonProduct
{
    private readonly TokenTransitions _first, _second;
    private readonly Dictionary<(int First, int Second), int> _numbers = [];
    private readonly List<(int First, int Second)> _states = [];

    // For each class of the first, its parts: the second's class and the common one, ascending.
    private readonly List<(int Second, int Common)>[] _parts;
    private readonly int[] _classOf;

    private AutomatonProduct(TokenTransitions first, TokenTransitions second)
    {
        (_first, _second) = (first, second);
        _parts = new List<(int, int)>[first.ClassOf.Max() + 1];
        for (int i = 0; i < _parts.Length; i++)
            _parts[i] = [];
        _classOf = CommonClasses();
    }

    public static TokenTransitions Of(TokenTransitions first, TokenTransitions second, string subject) =>
        new AutomatonProduct(first, second).Build(subject);

    private TokenTransitions Build(string subject)
    {
        var builder = new TransitionsBuilder(_classOf, subject);
        Number(_first.Initial, _second.Initial);
        var transitions = new List<(int Class, int Target)>();
        for (int state = 0; state < _states.Count; state++)
        {
            (int first, int second) = _states[state];
            for (int i = _first.First[first]; i < _first.First[first + 1]; i++)
            {
                foreach ((int secondClass, int common) in _parts[_first.Classes[i]])
                {
                    if (_second.Next(second, secondClass) is var next and >= 0)
                        transitions.Add((common, Number(_first.Targets[i], next)));
                }
            }

            transitions.Sort();
            foreach ((int tokenClass, int target) in transitions)
                builder.AddTransition(tokenClass, target);
            transitions.Clear();
            builder.AddState(_first.Accepts[first] && _second.Accepts[second]);
        }

        return builder.Build(0);
    }

    private int[] CommonClasses()
    {
        var numbers = new Dictionary<(int, int), int>();
        int[] classOf = new int[_first.ClassOf.Length];
        for (int token = 0; token < classOf.Length; token++)
        {
            (int first, int second) = (_first.ClassOf[token], _second.ClassOf[token]);
            classOf[token] = -1;
            if (first < 0 || second < 0)
                continue;
            if (!numbers.TryGetValue((first, second), out int number))
            {
                numbers[(first, second)] = number = numbers.Count;
                _parts[first].Add((second, number));
            }

            classOf[token] = number;
        }

        return classOf;
    }

    private int Number(int first, int second)
    {
        if (_numbers.TryGetValue((first, second), out int number))
            return number;
        _states.Add((first, second));
        return _numbers[(first, second)] = _states.Count - 1;
    }
}
