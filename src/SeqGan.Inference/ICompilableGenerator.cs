namespace SeqGan;

/// <summary>A generator whose current weights can be compiled, to sample from them without TorchSharp.</summary>
public interface ICompilableGenerator : IGenerator
{
    /// <summary>Makes an immutable, packed copy of the current weights.</summary>
    /// <param name="vocabulary">The tokens and their ids, or null.</param>
    /// <param name="tokenizer">What cuts text into tokens and joins them, or null.</param>
    /// <exception cref="ArgumentException">The vocabulary has another size, or another padding or end token, than the format says.</exception>
    /// <exception cref="SeqGanException">A weight is not finite, or so large that sums can overflow.</exception>
    CompiledPolicy Compile(Vocabulary? vocabulary = null, ITokenizer? tokenizer = null);
}
