using System.Runtime.InteropServices;

namespace SeqGan;

/// <summary>For each n-gram of one order, how often it stands in the sentence that has most of it, and in the next one.</summary>
internal sealed class NGramClips
{
    private readonly List<Clip> _clips = [];

    public NGramNumbering Numbering { get; } = new();

    /// <summary>How often an n-gram stands in the sentence that has most of it, one sentence left out.</summary>
    public int LargestWithout(int number, int excluded)
    {
        Clip clip = _clips[number];
        return clip.Owner == excluded ? clip.Second : clip.Largest;
    }

    public void Record(int number, int count, int sentence)
    {
        while (number >= _clips.Count)
            _clips.Add(default);
        ref Clip clip = ref CollectionsMarshal.AsSpan(_clips)[number];
        if (count > clip.Largest)
            clip = new Clip(count, sentence, clip.Largest);
        else if (count > clip.Second)
            clip = clip with { Second = count };
    }

    private readonly record struct Clip(int Largest, int Owner, int Second);
}
