namespace SeqGan;

/// <summary>A library is not an ELF file of the expected form, so it cannot be repaired.</summary>
internal sealed class ElfPatchException(string message) : Exception(message);
