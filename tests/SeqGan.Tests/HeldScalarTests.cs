using System.Reflection;
using System.Reflection.Emit;
using TorchSharp;

namespace SeqGan.Tests;

/// <summary>
/// TorchSharp does not keep a Scalar alive that it hands to libtorch: the garbage collector, at work on another thread, can free
/// it in the middle of the call. So the library holds each in a variable, by <c>using</c>; here its code is read for others.
/// </summary>
public class HeldScalarTests
{
    // The operators that make a Scalar of a number themselves, and hold it no better.
    private static readonly Type[] s_numbers =
        [typeof(int), typeof(long), typeof(float), typeof(double), typeof(byte), typeof(sbyte), typeof(short), typeof(bool)];

    private static readonly Dictionary<int, OpCode> s_opCodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF);

    [Fact]
    public void Library_Always_HoldsItsScalars() =>
        Assert.Empty(typeof(SeqGanTrainer).Assembly.GetTypes().SelectMany(Methods).SelectMany(Offences));

    [Theory]
    [InlineData(nameof(Careless.Converts), "passes a Scalar on")]
    [InlineData(nameof(Careless.Multiplies), "op_Multiply")]
    [InlineData(nameof(Careless.Squares), "square")]
    [InlineData(nameof(Careless.Reads), "ToDouble")]
    [InlineData(nameof(Careless.Holds), null)]
    public void Scan_Code_FindsScalarsThatNobodyHolds(string method, string? offence)
    {
        string[] found = [.. Offences(typeof(Careless).GetMethod(method)!)];
        if (offence is null)
            Assert.Empty(found);
        else
            Assert.Contains(offence, Assert.Single(found), StringComparison.Ordinal);
    }

    private static IEnumerable<MethodBase> Methods(Type type)
    {
        const BindingFlags Own =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return [.. type.GetMethods(Own), .. type.GetConstructors(Own)];
    }

    private static IEnumerable<string> Offences(MethodBase method)
    {
        (OpCode Code, MethodBase? Called)[] instructions = [.. Instructions(method)];
        for (int i = 0; i < instructions.Length; i++)
        {
            if (instructions[i].Called is not { } called)
                continue;
            string place = $"{method.DeclaringType}.{method.Name}";
            if (called.DeclaringType == typeof(Scalar) && called.Name == "op_Implicit"
                && !instructions[i + 1].Code.Name!.StartsWith("stloc", StringComparison.Ordinal))
                yield return $"{place} passes a Scalar on without holding it";
            else if (called.DeclaringType == typeof(TensorExtensionMethods) && called.Name.StartsWith("To", StringComparison.Ordinal))
                yield return $"{place} calls {called.Name}, which reads a Scalar that nobody holds: call item";
            else if (called.DeclaringType == typeof(torch.Tensor) && MakesScalar(called))
                yield return $"{place} calls {called.Name}, which makes a Scalar and does not hold it";
        }
    }

    private static bool MakesScalar(MethodBase called) => called.Name is "square" or "square_"
        || (called.Name.StartsWith("op_", StringComparison.Ordinal)
        && called.GetParameters().Any(parameter => s_numbers.Contains(parameter.ParameterType)));

    private static IEnumerable<(OpCode Code, MethodBase? Called)> Instructions(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at < code.Length;)
        {
            int value = code[at++];
            if (value == 0xFE)
                value = 0xFE00 | code[at++];
            OpCode opCode = s_opCodes[value];
            MethodBase? called = opCode.OperandType == OperandType.InlineMethod
                ? method.Module.ResolveMethod(BitConverter.ToInt32(code, at), method.DeclaringType?.GetGenericArguments(),
                method.IsGenericMethod ? method.GetGenericArguments() : null)
                : null;
            yield return (opCode, called);
            at += OperandSize(opCode.OperandType, code, at);
        }
    }

    private static int OperandSize(OperandType type, byte[] code, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    private static class Careless
    {
        public static torch.Tensor Converts(torch.Tensor tensor) => tensor.mul(0.5);

        public static torch.Tensor Multiplies(torch.Tensor tensor) => tensor * 0.5;

        public static torch.Tensor Squares(torch.Tensor tensor) => tensor.square();

        public static double Reads(torch.Tensor tensor) => tensor.ToDouble();

        public static torch.Tensor Holds(torch.Tensor tensor)
        {
            using Scalar half = 0.5;
            return tensor.mul(half);
        }
    }
}
