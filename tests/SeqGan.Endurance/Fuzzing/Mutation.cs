namespace SeqGan.Endurance.Fuzzing;

/// <summary>Makes another input of one.</summary>
/// <param name="input">Not to be changed.</param>
/// <param name="other">Another input of the same reader, to take parts of.</param>
/// <param name="random">Decides what is changed.</param>
internal delegate byte[] Mutation(byte[] input, byte[] other, FuzzRandom random);
