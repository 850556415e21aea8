[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

namespace SeqGan.Tests;

/// <summary>
/// The tests that run other programs. They run beside all others, which take turns because live tensors and libtorch's settings belong
/// to the process.
/// </summary>
[CollectionDefinition(nameof(OtherPrograms))]
public sealed class OtherPrograms;
