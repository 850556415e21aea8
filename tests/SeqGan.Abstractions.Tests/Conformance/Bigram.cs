namespace SeqGan.Tests;

/// <summary>The weights of a bigram model: a logit for each pair of a token and its successor.</summary>
internal sealed class Bigram
{
    private readonly SequenceFormat _format;
    private readonly double[] _logits;

    public Bigram(SequenceFormat format, ulong seed)
    {
        _format = format;
        _logits = new double[format.VocabularySize * format.VocabularySize];
        var key = new RandomKey(seed, RandomPurpose.Initialization);
        for (int i = 0; i < _logits.Length; i++)
            _logits[i] = 0.5 * key.NextNormal(i);
    }

    private Bigram(Bigram other)
    {
        _format = other._format;
        _logits = [.. other._logits];
    }

    public Bigram Copy() => new(this);

    public int Previous(ReadOnlySpan<int> sequence, int position) => position == 0 ? _format.StartToken : sequence[position - 1];

    public double[] Probabilities(int previous, double temperature = 1)
    {
        double[] values = new double[_format.VocabularySize];
        for (int token = 0; token < values.Length; token++)
            values[token] = token == _format.PaddingToken ? 0 : Math.Exp(_logits[(previous * values.Length) + token] / temperature);
        double total = values.Sum();
        for (int token = 0; token < values.Length; token++)
            values[token] /= total;
        return values;
    }

    public int Draw(int previous, float uniform, double temperature = 1)
    {
        double[] probabilities = Probabilities(previous, temperature);
        double sum = 0;
        int last = 0;
        for (int token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] == 0)
                continue;
            last = token;
            sum += probabilities[token];
            if (uniform < sum)
                return token;
        }

        return last;
    }

    public void Ascend(int previous, int token, double step)
    {
        double[] probabilities = Probabilities(previous);
        for (int next = 0; next < probabilities.Length; next++)
            _logits[(previous * probabilities.Length) + next] += step * ((next == token ? 1 : 0) - probabilities[next]);
    }

    public void MoveToward(Bigram target, double rate)
    {
        for (int i = 0; i < _logits.Length; i++)
            _logits[i] = (rate * _logits[i]) + ((1 - rate) * target._logits[i]);
    }
}
