using System.IO.Compression;
using System.Xml.Linq;
using SeqGan.Tests.Packages;

[assembly: AssemblyFixture(typeof(PackedPackages))]

namespace SeqGan.Tests.Packages;

/// <summary>This repository's packages, packed on first use, in a folder below which other people's projects find them.</summary>
public sealed class PackedPackages : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<string>> _packed;

    public PackedPackages() => _packed = new Lazy<Task<string>>(PackAsync);

    /// <summary>No other run has it, because NuGet unpacks a version once.</summary>
    public string Version { get; } = $"0.1.0-test{Guid.NewGuid():n}"[..18];

    /// <summary>The folder with the packages.</summary>
    public string Feed => _folder.Combine("feed");

    /// <summary>Packs, unless that was done before.</summary>
    /// <returns>A folder with a <c>nuget.config</c> that names the packages' folder as a source.</returns>
    public Task<string> PackedAsync() => _packed.Value;

    /// <summary>Opens a package.</summary>
    public async Task<ZipArchive> OpenAsync(string name)
    {
        await PackedAsync();
        return await ZipFile.OpenReadAsync(PathOf(name), TestContext.Current.CancellationToken);
    }

    public string PathOf(string name) => Path.Combine(Feed, $"{name}.{Version}.nupkg");

    public void Dispose()
    {
        _folder.Dispose();
        if (!_packed.IsValueCreated)
            return;
        string unpacked = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string package in Directory.Exists(unpacked) ? Directory.GetDirectories(unpacked, "seqgan*") : [])
        {
            if (Path.Combine(package, Version) is var version && Directory.Exists(version))
                Directory.Delete(version, recursive: true);
            if (!Directory.EnumerateFileSystemEntries(package).Any())
                Directory.Delete(package);
        }
    }

    private async Task<string> PackAsync()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var task = new XElement("MSBuild",
            new XAttribute("Projects", string.Join(';', PackageProjects.Packed.Select(PackageProjects.PathOf))),
            new XAttribute("Targets", "Pack"),
            new XAttribute("Properties", $"NoBuild=true;Configuration={configuration};PackageVersion={Version};PackageOutputPath={Feed};" +
                "EnablePackageValidation=false"),
            new XAttribute("BuildInParallel", "true"));
        new XElement("Project", new XElement("Target", new XAttribute("Name", "Pack"), task)).Save(_folder.Combine("pack.proj"));
        (int exitCode, string output) =
            await DotnetCommand.RunAsync(_folder.FullName, "msbuild", "pack.proj", "-m:2", "-nodeReuse:false", "-verbosity:quiet");
        Assert.True(exitCode == 0, output);

        var source = new XElement("add", new XAttribute("key", "packed"), new XAttribute("value", Feed));
        new XElement("configuration", new XElement("packageSources", source)).Save(_folder.Combine("nuget.config"));
        return _folder.FullName;
    }
}
