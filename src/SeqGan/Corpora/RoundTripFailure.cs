namespace SeqGan;

/// <summary>A text that its tokenizer did not give back.</summary>
public sealed record RoundTripFailure
{
    internal RoundTripFailure(int number, string text, string decoded, int position) =>
        (Number, Text, Decoded, Position) = (number, text, decoded, position);

    /// <summary>Its line in the file, or its place in what was given; the first is 1.</summary>
    public int Number { get; }

    /// <summary>The text around the first difference, at most some dozen characters.</summary>
    public string Text { get; }

    /// <summary>What the tokens were joined to, around the same place.</summary>
    public string Decoded { get; }

    /// <summary>Where in the whole text the first difference is, in UTF-16 units; the first is 0.</summary>
    public int Position { get; }
}
