using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace SeqGan.Tool;

/// <summary>Options that several commands have, and checks of their ranges.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print for machines: JSON on standard output" };

    public static Option<ulong> Seed() => new("--seed") { HelpName = "N", Description = "Determines every random number", DefaultValueFactory = _ => 0 };

    public static Option<int> Count(string description, int defaultValue) =>
        new Option<int>("--count", "-n") { HelpName = "N", Description = description, DefaultValueFactory = _ => defaultValue }.InRange(1, int.MaxValue);

    public static Option<double> Temperature() =>
        new Option<double>("--temperature") { HelpName = "T", Description = "Below 1: more typical sequences; above 1: more diverse ones", DefaultValueFactory = _ => 1 }.InRange(0.001, 1000);

    /// <summary>Refuses values outside a range, both ends being allowed.</summary>
    public static Option<T> InRange<T>(this Option<T> option, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<T>() is var value && !(value >= minimum && value <= maximum))
                result.AddError(Describe(option.Name, value, minimum, maximum));
        });
        return option;
    }

    /// <summary>As the other, for an option that may be absent.</summary>
    public static Option<T?> InRange<T>(this Option<T?> option, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<T?>() is { } value && !(value >= minimum && value <= maximum))
                result.AddError(Describe(option.Name, value, minimum, maximum));
        });
        return option;
    }

    private static string Describe<T>(string name, T value, T minimum, T maximum)
        where T : struct, INumber<T> =>
        string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {minimum} to {maximum}.");
}
