namespace SeqGan.Models;

/// <summary>A generator whose current weights can be compiled, to sample from them without TorchSharp.</summary>
public interface ICompilableGenerator : IGenerator
{
    /// <summary>Makes an immutable, packed copy of the current weights.</summary>
    /// <exception cref="ArgumentException">The vocabulary's size, padding token or end token is not the format's.</exception>
    /// <exception cref="SeqGanException">A weight is not finite, or is so large that sums can overflow.</exception>
    CompiledPolicy Compile(Vocabulary? vocabulary = null, ITokenizer? tokenizer = null);
}
