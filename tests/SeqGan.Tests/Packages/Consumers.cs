namespace SeqGan.Tests.Packages;

/// <summary>Projects outside of this repository that reference the packed packages, built together on first use.</summary>
public sealed class Consumers
{
    private const string LibTorch = """<PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />""";
    private const string TorchSharp = """<PackageReference Include="TorchSharp" Version="0.107.0" />""";

    private readonly PackedPackages _packages;
    private readonly Lazy<Task<string>> _built;
    private string _folder = "";

    public Consumers(PackedPackages packages) => (_packages, _built) = (packages, new Lazy<Task<string>>(BuildAsync));

    private string SeqGan => $"""<PackageReference Include="SeqGan" Version="{_packages.Version}" />""";

    /// <summary>Builds, unless that was done before.</summary>
    /// <returns>What the build printed.</returns>
    public Task<string> BuiltAsync() => _built.Value;

    /// <summary>The folder that a project was built into.</summary>
    public string OutputOf(string project) => Path.Combine(_folder, project, "bin", "Release", "net10.0");

    public string FolderOf(string project) => Path.Combine(_folder, project);

    public Task<(int ExitCode, string Output)> RunAsync(string project, params string[] arguments) =>
        DotnetCommand.RunAsync(_folder, [Path.Combine(OutputOf(project), $"{project}.dll"), .. arguments]);

    private async Task<string> BuildAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These projects reference the libtorch of Linux.");
        _folder = Path.Combine(await _packages.PackedAsync(), "consumers");
        Write("Directory.Build.props", """
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <SatelliteResourceLanguages>en</SatelliteResourceLanguages>
                <CreateSymbolicLinksForCopyLocalIfPossible>true</CreateSymbolicLinksForCopyLocalIfPossible>
              </PropertyGroup>
            </Project>
            """);
        WriteProjects();
        await WriteUnitTestsAsync();
        Write("consumers.slnx", $"<Solution>{string.Concat(Projects().Select(path => $"""<Project Path="{path}" />"""))}</Solution>");
        return await DotnetCommand.SucceedAsync(_folder, "build", "consumers.slnx", "-c", "Release", "-nodeReuse:false");
    }

    private void WriteProjects()
    {
        const string PrintsTwo = "Console.WriteLine($\"sum {TorchSharp.torch.tensor(2f).item<float>()}\");";
        WriteProject("WithSeqGan", "Program.cs", PrintsTwo, SeqGan + LibTorch);
        WriteProject("WithTorchSharp", "Program.cs", PrintsTwo, TorchSharp + LibTorch);
        WriteProject("InFSharp", "Program.fs", """
            module Program
            [<EntryPoint>]
            let main _ =
                SeqGan.Native.LibTorch.Initialize()
                printfn "sum %g" (TorchSharp.torch.tensor(2.0f).item<float32>())
                0
            """, SeqGan + LibTorch + """<Compile Include="Program.fs" />""");
        WriteProject("Plugin", "Plugin.cs", """
            public static class Plugin
            {
                public static string TorchSharpFirst() => $"sum {TorchSharp.torch.tensor(2f).item<float>()}";

                public static string SeqGanFirst()
                {
                    SeqGan.Native.LibTorch.EnsureLoaded();
                    return TorchSharpFirst();
                }
            }
            """, SeqGan + LibTorch, "<EnableDynamicLoading>true</EnableDynamicLoading>");
        WriteProject("Host", "Program.cs", """
            using System.Reflection;
            using System.Runtime.Loader;

            string path = Path.GetFullPath("../../../../Plugin/bin/Release/net10.0/Plugin.dll", AppContext.BaseDirectory);
            Assembly plugin = args[0] == "default" ? Assembly.LoadFrom(path) : new Plugins(path, args[0]).LoadFromAssemblyPath(path);
            try
            {
                Console.WriteLine(plugin.GetType("Plugin")!.GetMethod(args[1])!.Invoke(null, null));
            }
            catch (TargetInvocationException failure)
            {
                Console.WriteLine($"{failure.InnerException!.GetType().Name}: {failure.InnerException.Message}");
            }

            internal sealed class Plugins(string path, string natives) : AssemblyLoadContext("plugins")
            {
                private readonly AssemblyDependencyResolver _resolver = new(path);

                protected override Assembly? Load(AssemblyName name) =>
                    _resolver.ResolveAssemblyToPath(name) is { } file ? LoadFromAssemblyPath(file) : null;

                protected override nint LoadUnmanagedDll(string name) =>
                    natives == "own" && _resolver.ResolveUnmanagedDllToPath(name) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
            }
            """, "");
    }

    // As `dotnet new xunit` makes it, with the packages added to it.
    private async Task WriteUnitTestsAsync()
    {
        string hive = Path.Combine(_folder, "hive");
        await DotnetCommand.SucceedAsync(_folder, "new", "xunit", "-o", "UnitTests", "--no-restore", "--debug:custom-hive", hive);
        string project = Path.Combine(_folder, "UnitTests", "UnitTests.csproj");
        string text = await File.ReadAllTextAsync(project, TestContext.Current.CancellationToken);
        int end = text.LastIndexOf("</Project>", StringComparison.Ordinal);
        Write("UnitTests/UnitTests.csproj", text.Insert(end, $"<ItemGroup>{SeqGan}{LibTorch}</ItemGroup>"));
        Write("UnitTests/UnitTest1.cs", """
            public class UnitTest1
            {
                [Fact]
                public void Sum() => Assert.Equal(2f, TorchSharp.torch.tensor(2f).item<float>());
            }
            """);
    }

    private void WriteProject(string name, string file, string code, string items, string properties = "<OutputType>Exe</OutputType>")
    {
        Write($"{name}/{name}{Path.GetExtension(file)}proj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>{properties}</PropertyGroup>
              <ItemGroup>{items}</ItemGroup>
            </Project>
            """);
        Write($"{name}/{file}", code);
    }

    private IEnumerable<string> Projects() =>
        Directory.EnumerateFiles(_folder, "*proj", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder, path));

    private void Write(string path, string text)
    {
        path = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
