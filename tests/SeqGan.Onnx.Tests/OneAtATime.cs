// Libtorch's settings belong to the process.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
