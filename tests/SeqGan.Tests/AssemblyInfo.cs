// Live tensor counts and libtorch's thread setting belong to the process, so tests take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
