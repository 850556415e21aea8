namespace SeqGan;

/// <summary>What a program or its user asks of the loading of libtorch.</summary>
internal sealed record LibTorchSettings
{
    public const string RepairSwitch = "SeqGan.LibTorch.DisableRepair";
    public const string RepairVariable = "SEQGAN_LIBTORCH_DISABLE_REPAIR";
    public const string CacheVariable = "SEQGAN_LIBTORCH_CACHE";
    public const string LibraryVariable = "SEQGAN_LIBTORCH_PATH";

    /// <summary>Whether TorchSharp's native library is loaded as it is even where that must fail.</summary>
    public bool RepairDisabled { get; init; }

    /// <summary>A folder whose libtorch takes the place of the program's own; null for the program's own.</summary>
    public string? LibraryFolder { get; init; }

    /// <summary>Where the repaired copy is kept; null for nowhere but a temporary folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Reads the runtime's switch and the environment.</summary>
    public static LibTorchSettings Read() => new()
    {
        RepairDisabled = (AppContext.TryGetSwitch(RepairSwitch, out var disabled) && disabled)
            || Variable(RepairVariable) is "1" or "true" or "True",
        LibraryFolder = Variable(LibraryVariable),
        CacheFolder = Variable(CacheVariable) ?? UserCacheFolder(),
    };

    // Null for a user without a home.
    private static string? UserCacheFolder()
    {
        var cache = Variable("XDG_CACHE_HOME");
        if (cache is null || !Path.IsPathFullyQualified(cache))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length > 0 ? Path.Combine(home, ".cache") : null;
        }

        return cache is null ? null : Path.Combine(cache, "seqgan", "libtorch");
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
