// Live tensor counts and libtorch's thread setting belong to the process, so tests take turns.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
