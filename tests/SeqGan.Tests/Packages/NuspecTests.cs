using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SeqGan.Tests.Documentation;

namespace SeqGan.Tests.Packages;

[Collection(nameof(OtherPrograms))]
public sealed partial class NuspecTests(PackedPackages packages)
{
    public static TheoryData<string> Packed => [.. PackageProjects.Packed];

    public static TheoryData<string> All => [.. PackageProjects.All.Select(PackageProjects.NameOf)];

    [Theory]
    [MemberData(nameof(Packed))]
    public async Task Dependencies_OfPackage_AreTheReferencesOfItsProject(string name)
    {
        Dictionary<string, string> versions = XDocument.Load(Path.Combine(RepositoryFiles.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").ToDictionary(version => (string)version.Attribute("Include")!, Attribute("Version"));

        (string, string)[] dependencies =
        [
            .. (await MetadataOf(name)).Descendants().Where(element => element.Name.LocalName == "dependency")
                .Select(dependency => (Attribute("id")(dependency), Attribute("version")(dependency))),
        ];

        Assert.Equal(
            ReferencesOf(name).Select(id => (id, versions.GetValueOrDefault(id, $"[{packages.Version}]"))).Order(), dependencies.Order());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Readme_TableOfPackages_NamesEveryDependency(string name)
    {
        string readme = RepositoryFiles.Read("README.md");
        string row = Assert.Single(readme.Split('\n'), line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal));
        IEnumerable<string> named = Quoted().Matches(row.Split('|')[3]).Select(match => match.Groups["name"].Value);

        Assert.Equal(ReferencesOf(name).Order(), named.SelectMany(id => Family(readme, id)).Order());
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public async Task Package_ShowsItself_WithoutWhatOnlyTheRepositoryHas(string name)
    {
        using ZipArchive package = await packages.OpenAsync(name);
        XElement metadata = await MetadataOf(name);
        string page = Path.Combine(Path.GetDirectoryName(PackageProjects.PathOf(name))!, "README.md");

        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.Equal(RepositoryFiles.Read(page), await ReadAsync(package, "README.md"));
        Assert.StartsWith($"# {name}\n", RepositoryFiles.Read(page), StringComparison.Ordinal);
        Assert.All(LinkTests.TargetsIn(page), target => Assert.StartsWith("https://", target, StringComparison.Ordinal));
        Assert.DoesNotContain("<img", RepositoryFiles.Prose(page), StringComparison.Ordinal);
        Assert.Contains("SeqGanBuilder", Value(metadata, "releaseNotes"), StringComparison.Ordinal);
        IEnumerable<string?> addresses =
            [Value(metadata, "projectUrl"), .. metadata.Descendants().Select(element => (string?)element.Attribute("url"))];
        Assert.All(addresses.OfType<string>(), address => Assert.StartsWith("https://", address, StringComparison.Ordinal));
        Assert.Equal((128, 128), SizeOf(package, Value(metadata, "icon")!));
    }

    private static IEnumerable<string> ReferencesOf(string name)
    {
        XDocument project = XDocument.Load(PackageProjects.PathOf(name));
        return project.Descendants("PackageReference").Where(reference => reference.Attribute("PrivateAssets") is null)
            .Select(Attribute("Include"))
            .Concat(project.Descendants("ProjectReference").Select(reference => PackageProjects.NameOf(Attribute("Include")(reference))));
    }

    // A name that ends in .* is explained below the table.
    private static IEnumerable<string> Family(string readme, string id) => !id.EndsWith(".*", StringComparison.Ordinal) ? [id] :
        Regex.Match(readme, $@"`{Regex.Escape(id)}` means (?<names>[\w\s.,]+?)\.\s").Groups["names"].Value.ReplaceLineEndings(" ")
            .Replace(" and ", ", ", StringComparison.Ordinal).Split(", ").Select(end => id[..^1] + end);

    private static Func<XElement, string> Attribute(string name) => element => (string)element.Attribute(name)!;

    private static string? Value(XElement metadata, string name) =>
        metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

    private static async Task<string> ReadAsync(ZipArchive package, string name)
    {
        using var reader = new StreamReader(package.GetEntry(name)!.Open());
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
    }

    private static (int Width, int Height) SizeOf(ZipArchive package, string picture)
    {
        Span<byte> start = stackalloc byte[24];
        using Stream content = package.GetEntry(picture)!.Open();
        content.ReadExactly(start);
        Assert.Equal("PNG"u8, start[1..4]);
        return (BinaryPrimitives.ReadInt32BigEndian(start[16..]), BinaryPrimitives.ReadInt32BigEndian(start[20..]));
    }

    private async Task<XElement> MetadataOf(string name)
    {
        using ZipArchive package = await packages.OpenAsync(name);
        return XDocument.Parse(await ReadAsync(package, $"{name}.nuspec")).Root!.Elements().Single();
    }

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Quoted();
}
