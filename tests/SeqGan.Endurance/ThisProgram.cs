using System.Diagnostics;

namespace SeqGan.Endurance;

/// <summary>This program, to be started once more.</summary>
internal static class ThisProgram
{
    public static ProcessStartInfo With(string[] arguments)
    {
        // Started by 'dotnet program.dll', the process is dotnet.
        string program = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ThisProgram).Assembly.Location] : [];
        return new ProcessStartInfo(program, [.. assembly, .. arguments]);
    }
}
