using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SeqGan.Tests;

/// <summary>Runs the example of docs/onnx.md with Python, where there is one with ONNX Runtime.</summary>
public sealed partial class PythonExampleTests
{
    private static readonly string[] s_interpreters = ["python3", "/usr/bin/python3"];

    [Fact]
    public void Example_OfDocumentation_GeneratesFromTheModel()
    {
        string? python = s_interpreters.FirstOrDefault(path => Run(path, ".", "-c", "import numpy, onnxruntime").ExitCode == 0);
        Assert.SkipWhen(python is null, "python3 with numpy and onnxruntime is not here.");
        using var folder = new TemporaryFolder();
        string script = folder.Combine("example.py");
        File.WriteAllText(script, Example());
        var vocabulary = new Vocabulary(["x", "y", "z"]);
        var format = new SequenceFormat(vocabulary.Count, 31, 0, Vocabulary.EndId, Vocabulary.PaddingId);

        // The end and the unknown token are unlikely, so that the whole length is generated.
        var policy = new CompiledPolicy(
            TestPolicies.FromLogits(format, 0, -40, -40, 1, 2, 3).Weights, vocabulary, Tokenizer.Characters);
        OnnxExport.Save(policy, folder.Combine("names-onnx"));

        (int exitCode, string output, string errors) = Run(python!, folder.FullName, script);

        Assert.True(exitCode == 0, errors);
        Assert.Matches("^[xyz]{30}$", output.TrimEnd());
    }

    private static string Example() =>
        PythonBlock().Match(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "onnx.md")).ReplaceLineEndings("\n")).Groups[1].Value;

    private static (int ExitCode, string Output, string Errors) Run(string program, string folder, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
            })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return (-1, "", error.Message);
        }
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
